/** Many ask at once, one begins: the trigger of `/api/v1` and what becomes of its operation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OperationRecord, phasesOf } from '../../shared/operations.ts';
import { SynclineEvent } from '../../shared/events/index.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createTree, type TestTree } from '../support/tree.ts';

let server: TestServer;
let tree: TestTree;

const documents = 1500;

beforeAll(async () => {
  const paths = Array.from({ length: documents }, (_, index) => `stories/US${1000 + index}-story.md`);
  tree = await createTree(
    Object.fromEntries(paths.map((path) => [path, `# ${path}\n\n> **Status:** Done\n`])),
  );
  server = await startTestServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await tree[Symbol.asyncDispose]();
});

async function register(name: string): Promise<string> {
  const response = await server.request('POST', '/api/v1/projects', { name, sdlc_path: tree.root });
  return ((await response.json()) as { slug: string }).slug;
}

const newestOperation = async (slug: string) => {
  const page = await server.json<{ items: unknown[] }>(`/api/cache/operations?project=${slug}&limit=1`);
  return OperationRecord.parse(page.items[0]);
};

/** Follows the operation's events to its end. */
async function readToEnd(id: string): Promise<SynclineEvent[]> {
  const events: SynclineEvent[] = [];
  let after = 'earliest';
  while (!events.some(({ type }) => /^operation:(completed|failed|cancelled)$/.test(type))) {
    const page = await server.json<{ events: unknown[]; next: string }>(
      `/api/cache/operations/${id}/events?after=${after}&wait=5`,
    );
    events.push(...page.events.map((event) => SynclineEvent.parse(event)));
    after = page.next;
  }
  return events;
}

test('[SY3] of ten triggers at once exactly one is accepted', async () => {
  const slug = await register('Ten at once');

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => server.request('POST', `/api/v1/projects/${slug}/sync`)),
  );

  const statuses = answers.map((answer) => answer.status).toSorted();
  expect(statuses).toEqual([202, 409, 409, 409, 409, 409, 409, 409, 409, 409]);
  await readToEnd((await newestOperation(slug)).id);
});

test('[LAW3] a sync tells its phases in order, ends once, and its record agrees', async () => {
  const slug = await register('One whole story');
  await server.request('POST', `/api/v1/projects/${slug}/sync`);
  const { id } = await newestOperation(slug);

  const events = await readToEnd(id);

  const types = events.map((event) => event.type);
  expect(types.indexOf('operation:queued')).toBeLessThan(types.indexOf('operation:started'));
  expect(types.filter((type) => type === 'sync:complete')).toHaveLength(1);
  expect(types.filter((type) => type === 'operation:completed')).toHaveLength(1);
  const record = OperationRecord.parse(await server.json(`/api/cache/operations/${id}`));
  expect(record).toMatchObject({
    status: 'completed',
    phase: 'completed',
    counters: { documentsSynced: documents },
  });
  // No logs lie anywhere: their phase is left out, and says so.
  const entered = record.phases?.map(({ name }) => name);
  expect(entered).toEqual(phasesOf.full_sync.filter((phase) => phase !== 'sessions'));
  expect(record.metadata.skipped).toEqual([{ phase: 'sessions', reason: expect.any(String) }]);
});

test('[OP31] an operation that is cancelled ends so, and a second wish after the end is refused', async () => {
  const slug = await register('Cancelled');
  await server.request('POST', `/api/v1/projects/${slug}/sync`);
  const { id } = await newestOperation(slug);

  const wish = await server.request('POST', `/api/cache/operations/${id}/cancel`);
  const events = await readToEnd(id);
  const late = await server.request('POST', `/api/cache/operations/${id}/cancel`);

  expect(wish.status).toBe(202);
  expect(events.at(-1)?.type).toBe('operation:cancelled');
  expect(late.status).toBe(409);
  expect(await server.json(`/api/v1/projects/${slug}`)).toMatchObject({
    sync_status: 'error',
    sync_error: 'Sync cancelled',
  });
});

test('[OP32] a cancelled operation can be tried again, and then completes', async () => {
  const slug = await register('Tried again');
  await server.request('POST', `/api/v1/projects/${slug}/sync`);
  const { id } = await newestOperation(slug);
  await server.request('POST', `/api/cache/operations/${id}/cancel`);
  await readToEnd(id);

  const retry = await server.request('POST', `/api/cache/operations/${id}/retry`);
  const again = (await retry.json()) as { operationId: string; retryOf: string };
  await readToEnd(again.operationId);

  expect(retry.status).toBe(202);
  expect(again.retryOf).toBe(id);
  expect(await server.json(`/api/cache/operations/${again.operationId}`)).toMatchObject({
    status: 'completed',
    attempt: 2,
  });
});

test.each(['0', '201', 'abc', '1e9', '-1', ''])('[OP6] limit=%s is refused', async (limit) => {
  const answer = await server.request('GET', `/api/cache/operations?limit=${limit}`);

  expect(answer.status).toBe(422);
});

test('[OP28] the same Idempotency-Key gives the same answer and no second operation', async () => {
  const slug = await register('Once only');
  const ask = (body: unknown) =>
    server.request('POST', '/api/cache/sync', body, { 'idempotency-key': 'one' });

  const first = await ask({ project: slug });
  const again = await ask({ project: slug });
  const other = await ask({ project: slug, force: false });

  const [firstId, againId] = await Promise.all(
    [first, again].map(async (answer) => ((await answer.json()) as { operationId: string }).operationId),
  );
  expect(againId).toBe(firstId);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(other.status).toBe(422);
  await readToEnd(firstId ?? '');
});
