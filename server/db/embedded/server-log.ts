/** The log that Postgres writes into the data folder, kept from growing without end. */
import { copyFile, open, readFile, stat, truncate } from 'node:fs/promises';

export interface ServerLog {
  size(): Promise<number>;
  /** What was written since `size` was asked. */
  readFrom(start: number): Promise<string>;
  close(): Promise<void>;
}

const maxBytes = 4 * 1024 * 1024;
const checkMs = 60_000;

/** Postgres appends, so the file may be cut under it: no restart, and it holds for one that was taken over too. */
export async function openServerLog(file: string): Promise<ServerLog> {
  await (await open(file, 'a', 0o600)).close();
  await cutIfLong(file);
  // A log that cannot be cut today is cut at the next check; it is no reason to disturb the server.
  const timer = setInterval(() => void cutIfLong(file).catch(() => undefined), checkMs);
  timer.unref();

  return {
    size: async () => (await stat(file)).size,
    readFrom: async (start) => (await readFile(file)).subarray(start).toString('utf8'),
    close: async () => clearInterval(timer),
  };
}

async function cutIfLong(file: string): Promise<void> {
  if ((await stat(file)).size <= maxBytes) return;
  await copyFile(file, `${file}.old`);
  await truncate(file, 0);
}
