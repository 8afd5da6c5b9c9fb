/** What every command is: words in, lines out, an exit code. */
import type { Caller } from '../../client/sdk/caller.ts';

/** 0 done · 1 failed or unreachable · 2 bad words · 3 something was found that was asked to fail on · 130 cancelled. */
export const exitCodes = { done: 0, failed: 1, usage: 2, found: 3, cancelled: 130 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export interface Terminal {
  /** What was asked for, a line each. */
  readonly out: (line: string) => void;
  /** What is worth knowing besides. */
  readonly err: (line: string) => void;
  /** Replaces the line that stands; only on a terminal. */
  readonly redraw: (line: string) => void;
  readonly isInteractive: boolean;
  readonly columns: number;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
}

/** A server that answers: the one that runs, or one opened for this command. */
export interface Server {
  readonly url: string;
  readonly call: Caller;
  readonly token: string | undefined;
}

export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Opens what the command works with, and closes it after; `database` names another one, by URL or by data folder. */
  readonly withServer: <T>(use: (server: Server) => Promise<T>, database?: string) => Promise<T>;
}

export interface Command {
  readonly name: string;
  readonly usage: string;
  run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode>;
}

/** The words do not make sense; the message names the one. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
