/** What Postgres writes about itself into its data folder, and whether that is still true. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isProcessAlive } from '../../platform/process-identity.ts';

export interface RunningPostgres {
  readonly pid: number;
  readonly port: number;
  /** Where it listens: the folder of its socket, or an address. */
  readonly host: string;
  /** The path it was started by. */
  readonly program: string;
}

export function pidFileOf(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}

/** The Postgres that runs on this cluster; a process that merely has the same id does not count. */
export async function findRunning(cluster: string): Promise<RunningPostgres | undefined> {
  const written = await readPidFile(cluster);
  if (!written || !isProcessAlive(written.pid)) return undefined;

  const command = await readCommand(written.pid);
  if (!command.includes(cluster)) return undefined;
  const [started = ''] = command.split(/ -D |\0-D\0/);
  return { pid: written.pid, port: written.port, host: written.host, program: started };
}

export async function isReady(cluster: string, pid: number): Promise<boolean> {
  const written = await readPidFile(cluster);
  return written?.pid === pid && written.status === 'ready';
}

/** Lines: process, folder, start, port, folder of the socket, address, shared memory, status. */
export function parsePidFile(
  text: string,
): { pid: number; port: number; host: string; status: string } | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), host: lines[4] || lines[5] || '', status: lines[7] ?? '' };
}

async function readPidFile(cluster: string) {
  const text = await readFile(pidFileOf(cluster), 'utf8').catch(() => '');
  return parsePidFile(text);
}

async function readCommand(pid: number): Promise<string> {
  if (process.platform === 'linux') return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const asked = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return asked.then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
