/** The terminal of this process. */
import type { Terminal } from './command.ts';

export function createTerminal(process: NodeJS.Process, stopping: AbortController): Terminal {
  const { stdout, stderr } = process;
  // Whoever read has seen enough (`| head`): the end of the work, and no error.
  stdout.on('error', () => stopping.abort());
  const isInteractive = stderr.isTTY === true && stdout.isTTY === true;
  return {
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    redraw: (line) => {
      if (isInteractive) stderr.write(`\r\u001b[2K${line}`);
    },
    isInteractive,
    columns: isInteractive ? stdout.columns : Number.MAX_SAFE_INTEGER,
    signal: stopping.signal,
  };
}
