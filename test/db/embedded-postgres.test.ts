/** The database in the data folder: made once, kept through kills, closed with the server (F1, F17). */
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  openEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from '../../server/db/embedded-postgres.ts';
import { findServiceAccount } from '../../server/db/embedded/account.ts';
import { parsePidFile } from '../../server/db/embedded/pid-file.ts';
import { openServerLog } from '../../server/db/embedded/server-log.ts';
import { isProcessAlive } from '../../server/platform/process-identity.ts';

let pattern: string;
let root: string;
let dataDir: string;

beforeAll(async () => {
  pattern = await makeFolder();
  await (await openDatabase({ dataDir: pattern })).stop();
});

beforeEach(async () => {
  root = await makeFolder();
  dataDir = join(root, 'data');
});

afterEach(() => rm(root, { recursive: true, force: true }));
afterAll(() => rm(pattern, { recursive: true, force: true }));

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-embedded-'));
  await chmod(folder, 0o755); // as root, Postgres runs under another account
  return folder;
}

/** A data folder with an empty database, copied because making one takes much longer. */
async function copyPattern(folder = dataDir): Promise<void> {
  await promisify(execFile)('cp', ['-a', pattern, folder]);
}

function openDatabase(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  return openEmbeddedPostgres({ dataDir, signal: AbortSignal.timeout(20_000), ...options });
}

async function query(database: EmbeddedPostgres, statement: string): Promise<readonly postgres.Row[]> {
  const sql = postgres({ ...database.connection, max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function readPid(): Promise<number> {
  const written = parsePidFile(await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'));
  return written!.pid; // the database that wrote this file runs
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => isProcessAlive(pid)).toBe(false);
}

test('a new data folder gets a database, and what is written is there after a restart', async () => {
  const first = await openDatabase();
  await query(first, 'CREATE TABLE kept (word text)');
  await query(first, "INSERT INTO kept VALUES ('naïve ☕')");
  await first.stop();

  await using second = await openDatabase();

  expect([first.wasCreated, second.wasCreated]).toEqual([true, false]);
  expect(await query(second, 'SELECT word FROM kept')).toEqual([{ word: 'naïve ☕' }]);
});

test('nothing runs after the database was stopped, and stopping twice is harmless', async () => {
  await copyPattern();
  const database = await openDatabase();
  const pid = await readPid();

  await Promise.all([database.stop(), database.stop()]);
  await database.stop();

  expect(isProcessAlive(pid)).toBe(false);
});

test("the terminal's Ctrl-C, which goes to a process group, does not reach the database", async () => {
  await copyPattern();
  await using _database = await openDatabase();

  const { stdout } = await promisify(execFile)('ps', [
    '-o',
    'pgid=',
    '-p',
    `${process.pid},${await readPid()}`,
  ]);

  expect(new Set(stdout.trim().split(/\s+/)).size).toBe(2);
});

test('an open transaction does not keep the database from stopping', async () => {
  await copyPattern();
  const database = await openDatabase();
  const sql = postgres({ ...database.connection, max: 1 });
  const reserved = await sql.reserve();
  await reserved`BEGIN`;
  const startedAt = Date.now();

  await database.stop();

  expect(Date.now() - startedAt).toBeLessThan(3_000);
  await sql.end({ timeout: 0 });
});

test('[F1] a database left running by a killed server is taken over with what it holds', async () => {
  await copyPattern();
  const killed = await openDatabase();
  await query(killed, 'CREATE TABLE kept AS SELECT 1 AS one');
  const pid = await readPid();
  const heard: string[] = [];

  await using database = await openDatabase({ log: (message) => heard.push(message) });

  expect(await readPid()).toBe(pid);
  expect(heard).toEqual([`Took over Postgres (process ${pid}), which a killed server had left running.`]);
  expect(await query(database, 'SELECT one FROM kept')).toEqual([{ one: 1 }]);
  await database.stop();
  expect(isProcessAlive(pid)).toBe(false);
});

test('[F1] when server and database are both killed, all that was acknowledged is there within 3 s', async () => {
  await copyPattern();
  const killed = await openDatabase();
  await query(killed, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number');
  await kill(await readPid());
  const startedAt = Date.now();

  await using database = await openDatabase();

  expect(Date.now() - startedAt).toBeLessThan(3_000);
  expect(await query(database, 'SELECT count(*)::int AS count FROM kept')).toEqual([{ count: 1000 }]);
});

test('lock files that name a process of another program do not keep the database from starting', async () => {
  await copyPattern();
  const cluster = join(dataDir, 'postgres');
  const { uid, gid } = await stat(cluster);
  // Of the account of Postgres, which takes no notice of processes that belong to others.
  const other = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {});
  const lines = [other.pid, cluster, 1, 5432, cluster, '', '1 1', 'ready'].join('\n');
  await writeFile(join(cluster, 'postmaster.pid'), lines);
  await writeFile(join(cluster, '.s.PGSQL.5432.lock'), lines);

  await using database = await openDatabase();

  expect(await query(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(isProcessAlive(other.pid!)).toBe(true);
  other.kill();
});

test('a killed initialisation is begun again', async () => {
  await mkdir(join(dataDir, 'postgres.new', 'base'), { recursive: true });

  await using database = await openDatabase();

  expect(database.wasCreated).toBe(true);
});

test('a database of another major version is refused with the way out', async () => {
  await copyPattern();
  await writeFile(join(dataDir, 'postgres', 'PG_VERSION'), '9\n');

  await expect(openDatabase()).rejects.toThrow(
    /written by Postgres 9; this program brings Postgres \d+.*earlier program/s,
  );
});

test('a start that is given up leaves no process', async () => {
  await copyPattern();
  const { length } = await readFile(join(dataDir, 'postgres.log'), 'utf8');

  await expect(openDatabase({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow(
    'given up',
  );

  const said = (await readFile(join(dataDir, 'postgres.log'), 'utf8')).slice(length);
  const pids = [...said.matchAll(/\[(\d+)\]/g)].map(([, pid]) => Number(pid));
  expect(pids.filter(isProcessAlive)).toEqual([]);
});

test('a setting that Postgres refuses is reported in its own words', async () => {
  await copyPattern();

  await expect(openDatabase({ settings: { shared_buffers: 'plenty' } })).rejects.toThrow(
    /Postgres did not start on .*invalid value for parameter "shared_buffers": "plenty"/s,
  );
});

describe('how the database is reached', () => {
  test.each([
    ['a plain name', 'data'],
    ['blanks, commas, colons and quotes', `a, b: "c" 'd' %20`],
    ['more letters than the address of a socket may have', 'long'.repeat(40)],
  ])('by a socket that only this account can open, in a folder with %s', async (_, name) => {
    await copyPattern(join(root, name));

    await using database = await openDatabase({ dataDir: join(root, name), transport: 'socket' });

    expect((await stat(database.connection.host)).mode & 0o077).toBe(0);
    expect(await query(database, "SELECT current_setting('listen_addresses') AS open_to")).toEqual([
      { open_to: '' },
    ]);
  });

  test('a folder made for a long name goes with the database', async () => {
    await copyPattern(join(root, 'long'.repeat(40)));
    const database = await openDatabase({ dataDir: join(root, 'long'.repeat(40)), transport: 'socket' });

    await database.stop();

    await expect(stat(database.connection.host)).rejects.toThrow('ENOENT');
  });

  test('by a password on 127.0.0.1, which is kept over restarts', async () => {
    const first = await openDatabase({ transport: 'tcp' });
    await first.stop();
    await using database = await openDatabase({ transport: 'tcp' });

    expect(database.connection).toMatchObject({ host: '127.0.0.1', password: first.connection.password });
    expect(await query(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const stranger = postgres({ ...database.connection, password: 'guess', max: 1 });
    await expect(stranger`SELECT 1`).rejects.toThrow('password authentication failed');
  });
});

test('the log of the database is cut when it has grown long, and the last part is kept aside', async () => {
  const file = join(root, 'postgres.log');
  await writeFile(file, 'x'.repeat(5 * 1024 * 1024));

  const log = await openServerLog(file);

  expect(await log.size()).toBe(0);
  expect((await stat(`${file}.old`)).size).toBe(5 * 1024 * 1024);
  await log.close();
});

test.each([
  [
    'postgres where there is one',
    'root:x:0:0::/:\nnobody:x:65534:65533::/:\npostgres:x:70:71::/:\n',
    { uid: 70, gid: 71 },
  ],
  ['else nobody', 'root:x:0:0::/:\nnobody:x:65534:65533::/:\n', { uid: 65534, gid: 65533 }],
  ['not a postgres that is root', 'postgres:x:0:0::/:\nnobody:x:9:8::/:\n', { uid: 9, gid: 8 }],
])('for a root server Postgres runs under %s', (_, passwd, account) => {
  expect(findServiceAccount(passwd)).toEqual(account);
});

test.each([
  [
    'ready',
    '12\n/c\n1\n5432\n/s\n\n  1  2\nready   \n',
    { pid: 12, port: 5432, host: '/s', status: 'ready' },
  ],
  [
    'without a socket',
    '12\n/c\n1\n99\n\n127.0.0.1\n1\nstarting\n',
    { pid: 12, port: 99, host: '127.0.0.1', status: 'starting' },
  ],
  ['half written', '12\n/c\n', { pid: 12, port: 0, host: '', status: '' }],
  ['empty', '', undefined],
])('the process file of Postgres is read (%s)', (_, text, expected) => {
  expect(parsePidFile(text)).toEqual(expected);
});
