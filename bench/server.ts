/** A server of its own for one benchmark: embedded database in a temporary folder, no watching unless asked for. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../server/platform/config.ts';
import { openServer } from '../server/server.ts';
import type { OperationRecord } from '../shared/operations.ts';

export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  register(name: string, path: string): Promise<string>;
  /** A full sync, waited for. */
  sync(slug: string): Promise<OperationRecord>;
  rebuild(slug: string): Promise<OperationRecord>;
  syncPath(slug: string, path: string): Promise<OperationRecord>;
}

export async function openBenchServer(settings: Record<string, string> = {}): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-bench-'));
  // The embedded database runs under another account when this one is root.
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
    DATABASE_URL: '',
    ...settings,
  };
  const config = readConfig(environment, { root: dataDir, isInsecure: false });
  const server = await openServer({ config, version: 'bench', environment, folders: [] });

  async function post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }

  return {
    url: server.url,
    async register(name, path) {
      return (await post<{ slug: string }>('/api/v1/projects', { name, sdlc_path: path })).slug;
    },
    async sync(project) {
      const body = { project, force: false, background: false };
      return (await post<{ operation: OperationRecord }>('/api/cache/sync', body)).operation;
    },
    async rebuild(project) {
      const body = { project, background: false };
      return (await post<{ operation: OperationRecord }>('/api/cache/rebuild-links', body)).operation;
    },
    async syncPath(project, path) {
      const body = { project, paths: [{ path }], background: false };
      return (await post<{ operation: OperationRecord }>('/api/cache/sync-paths', body)).operation;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
