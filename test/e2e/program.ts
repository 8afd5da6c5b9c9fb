/** The built program as its user starts it: a process of its own, with the embedded database in a temporary folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

export interface Program {
  readonly url: string;
  readonly slug: string;
  /** Ends it the hard way, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>;
}

export async function createDataDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-e2e-'));
  // The embedded database runs under another account when this one is root.
  await chmod(folder, 0o755);
  return folder;
}

export const removeDataDir = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });

export async function startProgram(
  dataDir: string,
  folders: readonly string[],
  settings: Record<string, string> = {},
): Promise<Program> {
  const main = join(import.meta.dirname, '../../dist/server/main.js');
  const child = spawn(process.execPath, [main, ...folders], {
    env: {
      ...process.env,
      SYNCLINE_DATA_DIR: dataDir,
      SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
      SYNCLINE_CODEX_HOME: '/nonexistent/codex',
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: '0',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const address = await readAddress(child);
  return {
    url: address.origin,
    slug: address.pathname.split('/').at(-1) ?? '',
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
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
  throw new Error('The program ended before it was ready');
}
