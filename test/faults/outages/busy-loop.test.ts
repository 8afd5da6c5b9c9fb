/** A server that is stopped in its tracks for seconds: nobody is taken for slow, no work is done twice, and the lag is told (F24). */
import { setTimeout as wait } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { CacheStatus, Health } from '../../../shared/views/status.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { createTree, type TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { followWithSdk, type Face } from './outage-kit.ts';

const busySeconds = Number(process.env.BUSY_SECONDS ?? '5.5');

let database: TestDatabase;
let sql: postgres.Sql;
let git: SlowGit;
let tree: TestTree;
let server: ServerProcess;
let other: ServerProcess;
let slug: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 2, fetch_types: false, onnotice: () => undefined });
  git = await createSlowGit();
  tree = await createTree({ 'a.md': '# A\n' });
  tree.git('init', '-q');
  server = await startServerProcess(database.url, { PATH: git.path });
  other = await startServerProcess(database.url, { PATH: git.path });
  const answer = await server.request('POST', '/api/v1/projects', { name: 'Atlas', sdlc_path: tree.root });
  ({ slug } = (await answer.json()) as { slug: string });
});
afterEach(() => git.open());
afterAll(async () => {
  await Promise.all([server, other].map((each) => each[Symbol.asyncDispose]()));
  await sql.end({ timeout: 1 });
  await git[Symbol.asyncDispose]();
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

/** As a loop that is busy looks from outside: the process does nothing at all, and its clock goes on. */
async function freeze(): Promise<void> {
  process.kill(server.pid, 'SIGSTOP');
  await wait(busySeconds * 1000);
  process.kill(server.pid, 'SIGCONT');
}

test('[F24] streams live on, what runs goes on once, nothing is called slow or stalled, and the lag is a figure', async () => {
  const readers = (['sse', 'socket', 'poll'] as Face[]).map((face) => followWithSdk(server.url, { face }));
  await until('all are live', () => readers.every((reader) => reader.state().state === 'live'));
  await git.shut();
  const answer = await server.request('POST', '/api/cache/sync', { project: slug });
  const { operationId } = (await answer.json()) as { operationId: string };
  const record = () => other.json<OperationRecord>(`/api/cache/operations/${operationId}`);
  await until('it asks git', async () => (await record()).phase === 'git-dates');
  const livesBefore = readers.map(({ lives }) => lives);

  const frozen = freeze();
  // Waits for the frozen one, and for its buffers.
  const last = await appendOutside(sql, 300, 2_000);
  await frozen;

  const { liveUpdates, watcher } = await server.json<CacheStatus>('/api/cache/status');
  expect(liveUpdates).toMatchObject({ buffer_evictions: 0, replay_gaps: 0 });
  expect(watcher).not.toBe('degraded');
  for (const reader of readers) {
    await until('all of it has come', () => (reader.events.at(-1)?.seq ?? 0) >= last);
    expect(reader.events.filter(({ type }) => type === 'reconcile:completed')).toHaveLength(300);
    expect(reader.resets).toEqual([]);
  }
  expect(readers.map(({ lives }) => lives > 0)).toEqual(livesBefore.map((lives) => lives > 0));
  const { eventLoop } = await server.json<Health>('/api/health');
  expect(eventLoop.p99Ms).toBeGreaterThan(0);
  expect(await record()).toMatchObject({ status: 'running' });

  await git.open();
  const ended = await until('it has ended', async () =>
    (await record()).finishedAt === null ? undefined : record(),
  );
  expect(ended).toMatchObject({ status: 'completed', attempt: 1 });
  const kinds = await sql<{ status: string }[]>`select status from operations`;
  expect(kinds.map(({ status }) => status)).toEqual(['completed']);
  for (const reader of readers) reader[Symbol.dispose]();
}, 60_000);
