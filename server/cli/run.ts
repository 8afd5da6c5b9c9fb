/** Runs one command: its words in, its exit code out; a failure is one line that says what to do. */
import { CallError } from '../../client/sdk/caller.ts';
import { exitCodes, UsageError, type Command, type ExitCode, type Surroundings } from './command.ts';
import { audit } from './audit.ts';
import { backup } from './backup.ts';
import { doctor } from './doctor.ts';
import { links } from './links.ts';
import { ops } from './ops.ts';
import { restore } from './restore.ts';
import { search } from './search.ts';
import { sync } from './sync.ts';
import { token } from './token.ts';
import { verify } from './verify.ts';

export const commands: readonly Command[] = [
  sync,
  ops,
  links,
  search,
  audit,
  token,
  doctor,
  backup,
  restore,
  verify,
];

export const findCommand = (word: string | undefined): Command | undefined =>
  commands.find(({ name }) => name === word);

export async function runCommand(
  command: Command,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { terminal } = surroundings;
  if (words.includes('--help') || words.includes('-h')) {
    terminal.out(command.usage);
    return exitCodes.done;
  }
  try {
    return await command.run(words, surroundings);
  } catch (failure) {
    if (failure instanceof UsageError) {
      terminal.err(`syncline ${command.name}: ${failure.message}`);
      terminal.err(command.usage);
      return exitCodes.usage;
    }
    if (terminal.signal.aborted) return exitCodes.cancelled;
    terminal.err(`syncline ${command.name}: ${toText(failure)}`);
    return isUsage(failure) ? exitCodes.usage : exitCodes.failed;
  }
}

/** The server found fault with a value: the same as a bad word. */
const isUsage = (failure: unknown): boolean => failure instanceof CallError && failure.status === 422;

/** `query.status.0` was written as `--status`. */
const toOption = (path: string): string => path.replace(/^query\.([a-z_]+).*$/, '--$1');

function toText(failure: unknown): string {
  if (failure instanceof CallError && Array.isArray(failure.details)) {
    return (
      failure.details.map(({ path, reason }) => `${toOption(path)}: ${reason}`).join('; ') || failure.message
    );
  }
  return failure instanceof Error ? failure.message : String(failure);
}
