/** Migrations with real processes: killed half way, started twice at once, older than the database (F22). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readMigrations } from '../../../server/db/migrations.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

let database: TestDatabase;
let sql: postgres.Sql;
let dataDir: string;

beforeEach(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  dataDir = await mkdtemp(join(tmpdir(), 'syncline-upgrade-'));
});
afterEach(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** A server that is not expected to become ready. */
function start() {
  const main = join(import.meta.dirname, '../../../server/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATABASE_URL: database.url,
      SYNCLINE_DATA_DIR: dataDir,
      SYNCLINE_PORT: '0',
      SYNCLINE_DEMO: 'false',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += String(text)));
  const exit = once(child, 'exit');
  return { child, exit, said: () => said };
}

const applied = async () => {
  const rows = await sql<{ at: string }[]>`
    select created_at::text as at from drizzle.__drizzle_migrations order by id`;
  return rows.map(({ at }) => Number(at));
};

const tables = async () => (await sql`select from pg_tables where schemaname = 'public'`).length;

test('[F22] killed in the middle of its migrations, a server leaves the schema as it was, and the next one makes it whole', async () => {
  await sql`create schema drizzle`;
  await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  const barrier = await sql.reserve();
  await barrier`begin`;
  // Lets it read where it stands, and stops it where it wants to note the first migration as done.
  await barrier`lock table drizzle.__drizzle_migrations in share mode`;
  const { child, exit } = start();
  await until(
    'it stands in the middle',
    async () =>
      (
        await sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query ilike 'insert into%migrations%'`
      ).length === 1,
    { withinMs: 30_000 },
  );

  child.kill('SIGKILL');
  await exit;
  await barrier`rollback`;
  barrier.release();
  const left = await tables();
  await using server = await startServerProcess(database.url);

  expect(left).toBe(0);
  expect((await server.request('GET', '/readyz')).status).toBe(200);
  expect(await applied()).toEqual(readMigrations().map(({ when }) => when));
}, 90_000);

test('[F22] two servers that start at once migrate once', async () => {
  const servers = await Promise.all([startServerProcess(database.url), startServerProcess(database.url)]);

  const answers = await Promise.all(servers.map((server) => server.request('GET', '/readyz')));

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(await applied()).toEqual(readMigrations().map(({ when }) => when));
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
}, 90_000);

test('[F22] a database newer than the program: the server refuses, names the remedy and changes nothing', async () => {
  await sql`create schema drizzle`;
  await sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`;
  await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 99999999999999)`;

  const { exit, said } = start();
  const [code] = (await exit) as [number];

  expect(code).toBe(1);
  expect(said()).toMatch(/newer version of Syncline\. Start that version, or point .* at another database/);
  expect(await tables()).toBe(0);
}, 60_000);
