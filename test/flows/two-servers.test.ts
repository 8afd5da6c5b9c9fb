/** Two servers on one Postgres, each a process of its own: one is killed, the other goes on (F23). */
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OperationRecord } from '../../shared/operations.ts';
import type { WatchStatus } from '../../shared/views/status.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createSlowGit, type SlowGit } from '../support/slow-git.ts';
import { createTree, type TestTree } from '../support/tree.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let git: SlowGit;
let first: ServerProcess;
let second: ServerProcess;
let tree: TestTree;
let sql: postgres.Sql;

beforeAll(async () => {
  git = await createSlowGit();
});
afterAll(() => git[Symbol.asyncDispose]());

beforeEach(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  tree = await createTree({ 'a.md': '# A\n', 'b.md': '# B\n' });
  tree.git('init', '-q');
  const settings = { PATH: git.path, SYNCLINE_RECONCILE_INTERVAL_S: '0' };
  first = await startServerProcess(database.url, settings);
  second = await startServerProcess(database.url, settings);
});
afterEach(async () => {
  await git.open();
  await Promise.all([first, second].map((server) => server[Symbol.asyncDispose]()));
  await sql.end({ timeout: 1 });
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

async function register(settings: Record<string, unknown> = {}): Promise<string> {
  const body = { name: 'Shared', sdlc_path: tree.root, ...settings };
  const answer = await first.request('POST', '/api/v1/projects', body);
  return ((await answer.json()) as { slug: string }).slug;
}

const sync = async (server: ServerProcess, slug: string, body: object = {}) => {
  const asked = { project: slug, force: false, ...body };
  const answer = await server.request('POST', '/api/cache/sync', asked);
  return { status: answer.status, ...((await answer.json()) as { operationId: string; coalesced: boolean }) };
};

const record = (server: ServerProcess, id: string) =>
  server.json<OperationRecord>(`/api/cache/operations/${id}`);

const ended = (server: ServerProcess, id: string, withinMs = 15_000) =>
  until(
    `${id} has ended`,
    async () => {
      const found = await record(server, id);
      return found.finishedAt === null ? undefined : found;
    },
    { withinMs },
  );

/** A sync on the first server that is held in the middle, at its question to git. */
async function hold(slug: string): Promise<string> {
  await git.shut();
  const { operationId } = await sync(first, slug);
  await until('its documents are written', async () => {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from documents`;
    return row?.count === 2;
  });
  return operationId;
}

test('[OP10, OP18] both show the same operations, and keep one lane', async () => {
  const slug = await register();
  const running = await hold(slug);

  const waiting = await sync(second, slug, { force: true });

  expect(await record(second, running)).toMatchObject({ status: 'running' });
  expect(await record(first, waiting.operationId)).toMatchObject({
    status: 'queued',
    waitingFor: { reason: 'lane', operationId: running },
  });
  await git.open();
  expect(await ended(first, waiting.operationId)).toMatchObject({ status: 'completed' });
});

test('[OP31] cancelled through the other server, the work ends within two seconds', async () => {
  const slug = await register();
  const running = await hold(slug);
  const askedMs = performance.now();

  const answer = await second.request('POST', `/api/cache/operations/${running}/cancel`);
  await ended(second, running);

  expect(answer.status).toBe(202);
  expect(performance.now() - askedMs).toBeLessThan(2_000);
});

test('[F23, SY6] one is killed in the middle of a sync: the other settles it, and the next trigger is taken', async () => {
  const slug = await register();
  const running = await hold(slug);

  await first.kill();
  await git.open();

  // Of a process of this machine it is proven that it is gone: nobody has to wait for the lease.
  const answer = await second.request('POST', `/api/v1/projects/${slug}/sync`);
  expect(answer.status).toBe(202);
  expect(await record(second, running)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  expect(await ended(second, answer.headers.get('x-operation-id') ?? '')).toMatchObject({
    status: 'completed',
  });
  expect(await second.json(`/api/v1/projects/${slug}`)).toMatchObject({
    sync_status: 'synced',
    document_count: 2,
  });
});

test('[F23, OP10] what waited behind the killed one stays queued and runs, and no status is stuck', async () => {
  const slug = await register();
  const running = await hold(slug);
  const { operationId } = await sync(second, slug, { force: true });
  // As if on another machine, about which nothing can be proven but that its lease has run out.
  await sql`update leases set owner = 'another-machine/1/1' where operation_id = ${running}`;
  await sql`update projects set lease_owner = 'another-machine/1/1'`;

  await first.kill();
  await git.open();

  const settled = await ended(second, operationId, 35_000);
  expect(settled.status).toBe('completed');
  expect(await record(second, running)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  expect(await second.json(`/api/v1/projects/${slug}`)).toMatchObject({ sync_status: 'synced' });
}, 60_000);

test('[OP10, F1] a server that starts settles what a killed one left, within three seconds of being ready', async () => {
  const slug = await register();
  const running = await hold(slug);
  await second.stop();
  await first.kill();
  await git.open();

  await using third = await startServerProcess(database.url, { PATH: git.path });
  const readyMs = performance.now();
  await ended(third, running);

  expect(performance.now() - readyMs).toBeLessThan(3_000);
  expect(await third.json(`/api/v1/projects/${slug}`)).toMatchObject({
    sync_status: 'error',
    sync_error: 'Sync interrupted: the server running it stopped',
  });
});

test('[WT13] one of them watches a project; when it is killed the other takes over and repairs what was missed', async () => {
  const slug = await register({ watch: true });
  await sync(first, slug, { background: false });
  const watchOf = async (server: ServerProcess) =>
    (await server.json<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`)).watch;
  const [watching, standing] = await until('one of them watches', async () => {
    const states = await Promise.all([first, second].map(async (server) => (await watchOf(server)).state));
    if (states.filter((state) => state === 'watching').length !== 1) return undefined;
    return states[0] === 'watching' ? [first, second] : [second, first];
  });
  expect(await watchOf(standing!)).toMatchObject({
    configured: true,
    running: false,
    reason: 'Another server watches this project',
  });

  await watching!.kill();
  await tree.write('unseen.md', '# Unseen\n');

  const documents = () => sql<{ title: string }[]>`select title from documents order by file_path`;
  await until('the missed file is there', async () => (await documents()).length === 3, { withinMs: 20_000 });
  expect(await watchOf(standing!)).toMatchObject({ state: 'watching' });
  await tree.write('a.md', '# A, seen by the other\n');
  await until('a change is followed', async () => (await documents())[0]?.title === 'A, seen by the other');
}, 60_000);

test('[WT13] a server that stops passes its turn on', async () => {
  const slug = await register({ watch: true });
  await until('the first watches', async () => {
    const { watch } = await first.json<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`);
    const other = await second.json<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`);
    return watch.running || other.watch.running;
  });

  await first.stop();

  await until('the second watches', async () => {
    const { watch } = await second.json<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`);
    return watch.running;
  });
});
