/** A server in a process of its own, from the sources: one that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface ServerProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  /** As a power cut ends it. */
  kill(): Promise<void>;
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  json<T = Record<string, unknown>>(path: string): Promise<T>;
}

export async function startServerProcess(
  databaseUrl: string,
  settings: Record<string, string> = {},
  folders: readonly string[] = [],
  /** A command that ends by running the one it is given. */
  wrapper: readonly string[] = [],
): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-process-'));
  const main = join(import.meta.dirname, '../../server/main.ts');
  const [command = '', ...args] = [...wrapper, process.execPath, '--import', 'tsx', main, ...folders];
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: databaseUrl,
      SYNCLINE_DATA_DIR: dataDir,
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: 'false',
      SYNCLINE_STARTUP_SYNC: 'false',
      SYNCLINE_WATCH: 'false',
      SYNCLINE_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { origin } = await readAddress(child);
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (hasEnded()) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  };
  const request: ServerProcess['request'] = (method, path, body, headers = {}) =>
    fetch(origin + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    url: origin,
    pid: child.pid ?? 0,
    request,
    json: async <T>(path: string) => (await (await request('GET', path)).json()) as T,
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      return child.exitCode;
    },
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function readAddress(child: ChildProcess): Promise<URL> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const url = /ready at (\S+)\n/.exec(text)?.[1];
    if (url !== undefined) return new URL(url);
  }
  throw new Error('The server ended before it was ready');
}
