/** Backups of data folders: refused while they are in use, restored with their key, never half (F17, EV2). */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockDataFolder } from '../../../server/db/data-folder-lock.ts';
import { openEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts';
import { openDatabase } from '../../../server/db/open.ts';
import { sql } from 'drizzle-orm';
import { startTestServer, type TestServer } from '../../support/server.ts';
import { runSyncline } from '../../support/terminal.ts';

let folder: string;
let file: string;
/** With a key of its own. */
let keyed: string;
let server: TestServer;

const key = 'ab'.repeat(32);

beforeAll(async () => {
  folder = await mkdtemp(join('/var/tmp', 'syncline-folders-'));
  file = join(folder, 'one.backup.gz');
  server = await startTestServer();
  keyed = join(folder, 'keyed.backup.gz');
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys', 'secret.key'), key, { mode: 0o600 });
  for (const words of [[file], [keyed, '--with-key', '--db', join(folder, 'keys')]]) {
    const made = await runSyncline(server.url, 'backup', ...words);
    if (made.code !== 0) throw new Error(made.err.join('\n'));
  }
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('[F17] a data folder in use is refused by the name of the process, and not touched', async () => {
  const dataDir = join(folder, 'used');
  await mkdir(dataDir);
  await using lock = await lockDataFolder({ dataDir });
  await lock.announce('http://127.0.0.1:1');

  const { code, err } = await runSyncline(server.url, 'restore', file, '--db', dataDir);

  expect([code, err.join()]).toEqual([1, expect.stringContaining(`in use by process ${process.pid}`)]);
  expect(await readdir(dataDir)).toEqual(['lock']);
});

test('a backup comes back into a folder that did not exist, and its key with it', async () => {
  const dataDir = join(folder, 'new');

  const verified = await runSyncline(server.url, 'verify', keyed);
  const restored = await runSyncline(server.url, 'restore', keyed, '--db', dataDir);
  const again = await runSyncline(server.url, 'restore', keyed, '--db', dataDir);

  expect([verified.code, verified.out.at(-1)]).toEqual([0, expect.stringContaining('with the key')]);
  expect(restored.code).toBe(0);
  expect(await readFile(join(dataDir, 'secret.key'), 'utf8')).toBe(key);
  expect((await stat(join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
  // The same key twice is no other key; a database that was only opened counts as empty.
  expect(again.code).toBe(0);
  await using postgres = await openEmbeddedPostgres({ dataDir, signal: AbortSignal.timeout(30_000) });
  await using database = openDatabase(postgres.connection);
  const [state] = await database.db.execute<{ epoch: string }>(sql`select epoch from journal_state`);
  expect(state?.epoch).toMatch(/^[a-z0-9]{8,16}$/);
}, 60_000);

test('another key in the folder is never lost', async () => {
  const dataDir = join(folder, 'other');
  await mkdir(dataDir);
  await writeFile(join(dataDir, 'secret.key'), 'cd'.repeat(32), { mode: 0o600 });

  const refused = await runSyncline(server.url, 'restore', keyed, '--db', dataDir);
  const replaced = await runSyncline(server.url, 'restore', keyed, '--db', dataDir, '--replace');

  expect([refused.code, refused.err[1]]).toEqual([2, expect.stringContaining('another key')]);
  expect(replaced.code).toBe(0);
  expect(await readFile(join(dataDir, 'secret.key'), 'utf8')).toBe(key);
  expect(await readFile(join(dataDir, 'secret.key.before-restore'), 'utf8')).toBe('cd'.repeat(32));
}, 60_000);

test('a folder that holds nothing is told as that', async () => {
  expect((await runSyncline(server.url, 'restore', join(tmpdir(), 'no-such.gz'))).code).toBe(2);
});
