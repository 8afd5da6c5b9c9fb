/** Two servers on one database, with a token set: as its owner, as holders of named tokens, and as nobody. */
import { createTestDatabase } from '../support/database.ts';
import { readConfig } from '../../server/platform/config.ts';
import { openServer, type RunningServer } from '../../server/server.ts';
import type { Role } from '../../shared/access.ts';
import type { AccessToken } from '../../shared/views/access.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const owner = 'correct-horse-battery';

export interface NamedToken {
  readonly token: AccessToken;
  readonly secret: string;
  readonly isEnforced: boolean;
}

export interface AccessKit extends AsyncDisposable {
  readonly first: string;
  readonly second: string;
  readonly databaseUrl: string;
  /** As the holder of the secret; null: as nobody. */
  ask(secret: string | null, path: string, init?: Asked): Promise<Response>;
  create(role: Role, wish?: { name?: string; days?: number }): Promise<NamedToken>;
  revoke(id: string): Promise<Response>;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Which server; the first when absent. */
  readonly at?: string;
}

export async function openAccessKit(settings: Record<string, string> = {}): Promise<AccessKit> {
  const database = await createTestDatabase();
  const folders: string[] = [];
  const open = async (): Promise<RunningServer> => {
    const dataDir = await mkdtemp(join(tmpdir(), 'syncline-access-'));
    folders.push(dataDir);
    const environment = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: database.url,
      SYNCLINE_DATA_DIR: dataDir,
      SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
      SYNCLINE_CODEX_HOME: '/nonexistent/codex',
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: 'false',
      SYNCLINE_STARTUP_SYNC: 'false',
      SYNCLINE_WATCH: 'false',
      SYNCLINE_LOG_LEVEL: 'error',
      SYNCLINE_TOKEN: owner,
      ...settings,
    };
    const config = readConfig(environment, { root: dataDir, isInsecure: false });
    return await openServer({ config, version: '0.0.0-test', environment, folders: [] });
  };
  const servers = [await open(), await open()] as const;
  let count = 0;
  const ask: AccessKit['ask'] = (secret, path, { method = 'GET', body, headers = {}, at } = {}) =>
    fetch((at ?? servers[0].url) + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    first: servers[0].url,
    second: servers[1].url,
    databaseUrl: database.url,
    ask,
    async create(role, { name = `${role}-${(count += 1)}`, ...wish } = {}) {
      const answer = await ask(owner, '/api/v1/tokens', { method: 'POST', body: { name, role, ...wish } });
      if (answer.status !== 201) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as NamedToken;
    },
    revoke: (id) => ask(owner, `/api/v1/tokens/${id}`, { method: 'DELETE' }),
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
      await database.drop();
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}
