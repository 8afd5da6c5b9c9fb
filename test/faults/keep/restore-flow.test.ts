/** From the command line: a backup of a server at work, a restore elsewhere, and what its clients are told (EV2, SS3). */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventPage } from '../../../shared/api/events.ts';
import type { Health } from '../../../shared/views/status.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { runSyncline } from '../../support/terminal.ts';
import { createTree, type TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';

let folder: string;
let file: string;
let git: SlowGit;
let tree: TestTree;
let original: TestDatabase;
let copy: TestDatabase;
let server: ServerProcess;
let running: string;
let before: Health;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'syncline-backup-'));
  file = join(folder, 'one.backup.gz');
  git = await createSlowGit();
  tree = await createTree({ 'a.md': '# A\n', 'b.md': '# B\n' });
  tree.git('init', '-q');
  [original, copy] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  server = await startServerProcess(original.url, { PATH: git.path });
  await server.request('POST', '/api/v1/projects', { name: 'Kept', sdlc_path: tree.root });
  await git.shut();
  const answer = await server.request('POST', '/api/cache/sync', { project: 'kept', force: false });
  running = ((await answer.json()) as { operationId: string }).operationId;
  await until('its documents are written', async () => {
    const { total } = await server.json<{ total: number }>('/api/v1/projects/kept/documents');
    return total === 2;
  });
  before = await server.json<Health>('/api/health');
}, 120_000);
afterAll(async () => {
  await git.open();
  await server[Symbol.asyncDispose]();
  await Promise.all([original.drop(), copy.drop()]);
  await tree[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test('a backup of a server at work is one file that only its owner can read, and is whole', async () => {
  const made = await runSyncline(server.url, 'backup', file);
  const verified = await runSyncline(server.url, 'verify', file);

  expect(made).toMatchObject({ code: 0 });
  expect(made.out[0]).toContain(`journal ${before.journal.epoch} up to `);
  expect(made.err.at(-1)).toContain('their key is not in it');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(folder)).toEqual(['one.backup.gz']);
  expect(verified).toMatchObject({ code: 0 });
  expect(verified.out.join()).toContain('without the key');
});

test('a file that is there is not written over unasked', async () => {
  const again = await runSyncline(server.url, 'backup', file);

  expect([again.code, again.err[0]]).toEqual([2, expect.stringContaining('--replace')]);
});

test('a server that is there is looked through: nothing is found', async () => {
  const { code, out } = await runSyncline(server.url, 'verify');

  expect([code, out]).toEqual([0, [expect.stringMatching(/^All \d+ checks hold at /)]]);
});

test('a broken file is found before anything is touched', async () => {
  const broken = join(folder, 'broken.backup.gz');
  const bytes = await readFile(file);
  await writeFile(broken, bytes.subarray(0, bytes.length - 40));

  const verified = await runSyncline(server.url, 'verify', broken);
  const restored = await runSyncline(server.url, 'restore', broken, '--db', copy.url);

  expect([verified.code, restored.code]).toEqual([3, 1]);
  await rm(broken);
});

test('a database that a server uses is not replaced', async () => {
  const { code, err } = await runSyncline(server.url, 'restore', file, '--db', original.url, '--replace');

  expect([code, err.join()]).toEqual([1, expect.stringContaining('stop all of them first')]);
});

test('[EV2, SS3, OP10] restored: the same documents, a new epoch, the operation that ran is interrupted, old cursors are told', async () => {
  const restored = await runSyncline(server.url, 'restore', file, '--db', copy.url);
  await using second = await startServerProcess(copy.url);

  expect(restored).toMatchObject({ code: 0 });
  const health = await second.json<Health>('/api/health');
  expect(health.journal.epoch).not.toBe(before.journal.epoch);
  const { total } = await second.json<{ total: number }>('/api/v1/projects/kept/documents');
  expect(total).toBe(2);
  const record = await until('it is settled', async () => {
    const found = await second.json<OperationRecord>(`/api/cache/operations/${running}`);
    return found.finishedAt === null ? undefined : found;
  });
  expect(record).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  const page = await second.json<EventPage>(`/api/events?after=${before.journal.head}`);
  expect([page.reset, page.events]).toEqual(['foreign-epoch', []]);
  expect((await runSyncline(second.url, 'verify')).code).toBe(0);
}, 60_000);

test('[SY5] the restored project takes its next sync', async () => {
  await git.open();
  await using second = await startServerProcess(copy.url);

  const answer = await second.request('POST', '/api/cache/sync', {
    project: 'kept',
    force: true,
    background: false,
  });

  expect(answer.status).toBe(200);
  expect(await second.json('/api/v1/projects/kept')).toMatchObject({
    sync_status: 'synced',
    document_count: 2,
  });
}, 60_000);
