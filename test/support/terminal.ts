/** A terminal that keeps its lines, and commands run against a test server. */
import { createCaller } from '../../client/sdk/caller.ts';
import type { ExitCode, Terminal } from '../../server/cli/command.ts';
import { findCommand, runCommand } from '../../server/cli/run.ts';

export interface CommandOutcome {
  readonly code: ExitCode;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

/** Runs `syncline <words>` against the server at that address. */
export async function runSyncline(url: string, ...words: string[]): Promise<CommandOutcome> {
  const [name, ...rest] = words;
  const command = findCommand(name);
  if (command === undefined) throw new Error(`There is no command ${String(name)}`);
  const out: string[] = [];
  const err: string[] = [];
  const terminal: Terminal = {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    redraw: () => undefined,
    isInteractive: false,
    columns: 200,
    signal: new AbortController().signal,
  };
  const code = await runCommand(command, rest, {
    terminal,
    environment: {},
    withServer: (use) => use({ url, token: undefined, call: createCaller({ baseUrl: url }) }),
  });
  return { code, out, err };
}
