/** Tokens planted in a whole server, which tests, browses and pushes with them: afterwards they are nowhere (AL3, CN6). */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { until } from '../support/until.ts';

const pat = 'canary-pat-5d81e07c';
const ardoqToken = 'canary-ardoq-2b94fa63';
const environmentToken = 'canary-environment-77c0';
const forms = [pat, ardoqToken, environmentToken].flatMap((token) => [
  token,
  Buffer.from(token).toString('base64'),
  Buffer.from(`:${token}`).toString('base64'),
]);

let fake: FakeUpstream;
let database: TestDatabase;
let sql: postgres.Sql;
let server: LoggingServer;
const answers: string[] = [];

beforeAll(async () => {
  [fake, database] = await Promise.all([openFakeUpstream({ pat, ardoqToken }), createTestDatabase()]);
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  server = await startLoggingServer(database.url, {
    SYNCLINE_ALLOWED_UPSTREAM_HOSTS: fake.host,
    ARDOQ_API_TOKEN: environmentToken,
    ARDOQ_API_HOST: fake.url,
  });
});

afterAll(async () => {
  await server?.end();
  await sql.end({ timeout: 1 });
  await database.drop();
  await fake[Symbol.asyncDispose]();
});

// oxlint-disable-next-line typescript/no-explicit-any -- as a client without types looks at it
async function ask(method: string, path: string, body?: object): Promise<any> {
  const response = await fetch(server.url + path, {
    method,
    headers: { prefer: 'respond-async', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  answers.push(text, JSON.stringify([...response.headers]));
  return JSON.parse(text);
}

const epics = [{ _id: 'e-1', name: 'Harbour lights', type: 'Epic', children: [] }];

async function push(): Promise<unknown> {
  const { data } = await ask('POST', '/api/azure-devops/projects/Fabrikam/workitems', { epics });
  return await until('the push has ended', async () => {
    const { data: record } = await ask('GET', `/api/sync-history/${data.syncHistoryId}`);
    return ['completed', 'failed', 'partial', 'cancelled'].includes(record.status) ? record : undefined;
  });
}

test('[AL3, CN6] after tests, a push and rejections no token is in a table, a log, an event, an answer or the data folder', async () => {
  await ask('POST', '/api/ardoq/configurations/env/test');
  const azure = await ask('POST', '/api/azure-devops/configurations', {
    name: 'Boards',
    organization: 'contoso',
    apiHost: fake.url,
    patToken: pat,
    setActive: true,
  });
  const ardoq = await ask('POST', '/api/ardoq/configurations', {
    name: 'Architecture',
    orgLabel: 'acme',
    apiHost: fake.url,
    apiToken: ardoqToken,
    setActive: true,
  });
  expect([azure, ardoq].map(({ data }) => data.testResult.success)).toEqual([true, true]);
  const wrong = { name: 'Wrong', organization: 'contoso', apiHost: fake.url, patToken: `${pat}-wrong` };
  const refused = await ask('POST', '/api/azure-devops/configurations', wrong);
  expect(refused.data.testResult).toMatchObject({ success: false, error: expect.stringContaining('203') });
  await ask('GET', '/api/ardoq/workspaces');
  await ask('GET', '/api/azure-devops/projects');
  expect(await push()).toMatchObject({ status: 'completed', items_created: 1 });
  fake.addFault({ match: { title: 'Fog signals' }, action: { kind: '401' }, count: 10 });
  epics.push({ _id: 'e-2', name: 'Fog signals', type: 'Epic', children: [] });
  expect(await push()).toMatchObject({ status: 'failed' });
  fake.addFault({ action: { kind: '401' }, count: 10 });
  await ask('POST', `/api/ardoq/configurations/${ardoq.data.configuration.id}/test`);
  await ask('PUT', `/api/azure-devops/configurations/${azure.data.configuration.id}`, {
    patToken: `${pat} x`,
  });
  const events = await ask('GET', '/api/events?after=earliest&limit=1000');
  await ask('GET', '/api/audit-logs?limit=100');
  await server.end();

  const rows = await readAllRows();
  expect(rows).toContain('v1.');
  expect(events.events.length).toBeGreaterThan(5);
  expect(rows).toContain('connection_tested');
  expect(server.log()).toMatch(/ready at/);
  const places = { rows, log: server.log(), answers: answers.join('\n'), files: await server.readFiles() };
  for (const [place, text] of Object.entries(places)) {
    expect({ place, found: forms.filter((form) => text.includes(form)) }).toEqual({ place, found: [] });
  }
});

async function readAllRows(): Promise<string> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public'`;
  const dumps = [];
  for (const { name } of tables)
    dumps.push(await sql.unsafe(`select to_jsonb(t)::text as row from "${name}" t`));
  return JSON.stringify(dumps);
}

interface LoggingServer {
  readonly url: string;
  /** Everything it has printed. */
  log(): string;
  readFiles(): Promise<string>;
  end(): Promise<void>;
}

/** A process of its own, whose output is kept. */
async function startLoggingServer(
  databaseUrl: string,
  settings: Record<string, string>,
): Promise<LoggingServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-canary-'));
  const main = join(import.meta.dirname, '../../server/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: databaseUrl,
      SYNCLINE_DATA_DIR: dataDir,
      SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
      SYNCLINE_CODEX_HOME: '/nonexistent/codex',
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: 'false',
      SYNCLINE_LOG_LEVEL: 'debug',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const address = await until('the server is ready', async () => {
    if (child.exitCode !== null) throw new Error(printed);
    return /ready at (\S+)\n/.exec(printed)?.[1];
  });
  return {
    url: new URL(address).origin,
    log: () => printed,
    async readFiles() {
      const names = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const files = names.filter((entry) => entry.isFile());
      const texts = await Promise.all(
        files.map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
      );
      await rm(dataDir, { recursive: true, force: true });
      return texts.join('\n');
    },
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
