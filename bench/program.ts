/** The program in a process of its own, so that whoever measures does not share its event loop. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPackageRoot } from '../server/platform/package-root.ts';

export interface Program extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
}

export async function startProgram(settings: Record<string, string> = {}): Promise<Program> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
  await chmod(dataDir, 0o755);
  const environment = {
    ...process.env,
    SYNCLINE_DATA_DIR: dataDir,
    SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
    SYNCLINE_CODEX_HOME: '/nonexistent/codex',
    SYNCLINE_PORT: '0',
    SYNCLINE_DEMO: 'false',
    SYNCLINE_WATCH: 'false',
    SYNCLINE_STARTUP_SYNC: 'false',
    SYNCLINE_LOG_LEVEL: 'error',
    DATABASE_URL: '',
    ...settings,
  };
  const main = join(findPackageRoot(), 'dist/server/main.js');
  const child = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}`)));
    child.stdout.on('data', (text: Buffer) => {
      const found = /ready at (http:\/\/[^/\s]+)/.exec(text.toString());
      if (found?.[1] !== undefined) resolve(found[1]);
    });
  });

  async function answer<T>(response: Response): Promise<T> {
    if (!response.ok)
      throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  return {
    url,
    pid: child.pid ?? 0,
    get: async <T>(path: string) => await answer<T>(await fetch(url + path)),
    post: async <T>(path: string, body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      return await answer<T>(
        await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) }),
      );
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
