/** A whole server on a free port, over a database and a data folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/platform/config.ts';
import { openServer } from '../../server/server.ts';
import { createTestDatabase } from './database.ts';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** A request below the server's address; objects are sent as JSON. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  json<T = Record<string, unknown>>(path: string): Promise<T>;
  /** Stops the server and opens another on the same database. */
  restart(): Promise<void>;
}

export async function startTestServer(
  settings: Record<string, string> = {},
  folders: readonly string[] = [],
): Promise<TestServer> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-data-'));
  const environment = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATABASE_URL: database.url,
    SYNCLINE_DATA_DIR: dataDir,
    // Never the logs of whoever runs the tests.
    SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
    SYNCLINE_CODEX_HOME: '/nonexistent/codex',
    SYNCLINE_PORT: '0',
    SYNCLINE_DEMO: 'false',
    SYNCLINE_STARTUP_SYNC: 'false',
    SYNCLINE_WATCH: 'false',
    SYNCLINE_LOG_LEVEL: 'error',
    ...settings,
  };
  const config = readConfig(environment, { root: dataDir, isInsecure: false });
  const open = () => openServer({ config, version: '0.0.0-test', environment, folders });
  let server = await open();

  const request: TestServer['request'] = (method, path, body, headers = {}) =>
    fetch(server.url + path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  return {
    get url() {
      return server.url;
    },
    databaseUrl: database.url,
    dataDir,
    request,
    json: async <T>(path: string) => (await (await request('GET', path)).json()) as T,
    async restart() {
      await server[Symbol.asyncDispose]();
      server = await open();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
