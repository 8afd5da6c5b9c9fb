/** The built program in a process of its own, its way to readiness measured, its death by kill -9. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface KillableServer {
  readonly url: string;
  readonly processId: number;
  /** From the start of its process to the first 200 of `/readyz`. */
  readonly readyMs: number;
  /** Of it, the time that its process computed; 0 where the system does not say. */
  readonly readyCpuMs: number;
  readonly isDead: boolean;
  /** Resolves when the process has gone, however it went. */
  readonly gone: Promise<void>;
  /** What it wrote to stderr. */
  readonly said: string;
  /** At once; `gone` tells when it has happened. */
  kill(): void;
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export interface Starting {
  readonly child: ChildProcess;
  readonly gone: Promise<void>;
  /** Rejects when the process ends before it is ready. */
  readonly ready: Promise<KillableServer>;
}

/** `tsx` runs the sources, `node` what was built of them. */
export type Runner = 'node' | 'tsx';

const root = join(import.meta.dirname, '../../..');
const commandOf: Record<Runner, readonly string[]> = {
  node: [join(root, 'dist/server/main.js')],
  tsx: ['--import', 'tsx', join(root, 'server/main.ts')],
};

export function startKillable(runner: Runner, settings: Readonly<Record<string, string>>): Starting {
  const startedMs = performance.now();
  const child = spawn(process.execPath, commandOf[runner], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: 'false',
      SYNCLINE_STARTUP_SYNC: 'false',
      SYNCLINE_WATCH: 'false',
      SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
      SYNCLINE_CODEX_HOME: '/nonexistent/codex',
      SYNCLINE_LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit').then(() => undefined);
  let said = '';
  child.stderr.on('data', (bytes) => (said += String(bytes)));
  const isDead = () => child.exitCode !== null || child.signalCode !== null;

  const ready = (async (): Promise<KillableServer> => {
    const url = await readAddress(child, () => said);
    const { status } = await fetch(`${url}/readyz`);
    if (status !== 200) throw new Error(`/readyz answered ${status} to the first question`);
    return {
      url,
      processId: child.pid!, // it has spoken, so it was started
      readyMs: performance.now() - startedMs,
      readyCpuMs: await readCpuMs(child.pid!),
      gone,
      get isDead() {
        return isDead();
      },
      get said() {
        return said;
      },
      kill: () => void child.kill('SIGKILL'),
      request: (method, path, body, headers = {}) =>
        fetch(url + path, {
          method,
          headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
    };
  })();
  return { child, gone, ready };
}

async function readAddress(child: ChildProcess, said: () => string): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const url = /ready at (\S+)$/.exec(line)?.[1];
    if (url !== undefined) return new URL(url).origin;
  }
  throw new Error(`The server ended before it was ready: ${said().slice(0, 2000)}`);
}

/** In hundredths of a second, as Linux counts for everybody. */
async function readCpuMs(id: number): Promise<number> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
}

/** The Postgres that a server runs on this data folder, while it runs. */
export async function readPostmasterId(dataDir: string): Promise<number | undefined> {
  const text = await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8').catch(() => '');
  const id = Number(text.split('\n')[0]);
  return Number.isInteger(id) && id > 0 ? id : undefined;
}
