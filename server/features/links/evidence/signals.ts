/** What in a session speaks for a feature, and how loudly (LK8). */
import type { FileAction } from './session-facts.ts';

export interface Signal {
  readonly type: SignalType;
  readonly path: string;
  readonly weight: number;
  readonly at: string | null;
  readonly ref: string;
}

export type SignalType =
  | 'command_args_path'
  | 'file_write'
  | 'shell_reference'
  | 'search_reference'
  | 'file_reference'
  | 'file_read';

interface Loudness {
  readonly type: SignalType;
  readonly weight: number;
}

export const fileSignals: Readonly<Record<FileAction, Loudness>> = {
  update: { type: 'file_write', weight: 0.95 },
  delete: { type: 'file_write', weight: 0.95 },
  command: { type: 'shell_reference', weight: 0.84 },
  search: { type: 'search_reference', weight: 0.66 },
  other: { type: 'file_reference', weight: 0.52 },
  read: { type: 'file_read', weight: 0.46 },
};

interface CommandWeights {
  /** An argument is a path of the feature. */
  readonly withPath: number;
  /** The arguments only name the feature. */
  readonly withoutPath: number;
}

const commandWeights: Readonly<Record<string, CommandWeights>> = {
  '/dev:quick-feature': { withPath: 0.9, withoutPath: 0.7 },
  '/recovering-sessions': { withPath: 0.9, withoutPath: 0.72 },
};

const anyCommand: CommandWeights = { withPath: 0.96, withoutPath: 0.96 };

/** They steer the program, whatever is written behind them. */
const silentCommands: ReadonlySet<string> = new Set(['/clear', '/model']);

export function findCommandWeights(name: string): CommandWeights | undefined {
  const command = name.trim().toLowerCase();
  return silentCommands.has(command) ? undefined : (commandWeights[command] ?? anyCommand);
}

type Placed = Pick<Signal, 'weight' | 'at'>;

/** Loudest first, then earliest; what says no time comes last. */
export function compareSignals(one: Placed, other: Placed): number {
  return other.weight - one.weight || compareTimes(one.at, other.at);
}

export function compareTimes(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? 1 : -1;
  return one < other ? -1 : 1;
}
