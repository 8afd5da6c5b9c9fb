/** Who runs, who waits and for what, when several ask for work in the same lanes. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { listWaiting } from '../../server/core/lane-queue.ts';
import { findOperation } from '../../server/core/operation-store.ts';
import { range } from '../sdk/support/events.ts';
import { until } from '../support/until.ts';
import {
  inB,
  laneA,
  laneB,
  openOperationsKit,
  plain,
  type Node,
  type OperationsKit,
} from './operations-kit.ts';

let kit: OperationsKit;
let node: Node;

beforeAll(async () => {
  kit = await openOperationsKit();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await node?.close();
  await kit.sql`truncate operations, leases cascade`;
  node = await kit.openNode();
});

const other = (n: number) => ({ options: { n } });

const waitingFor = async (id: string) => {
  const row = await findOperation(node.database.db, id);
  return (await listWaiting(node.database.db, [row!], new Date())).get(id);
};

test('[OP18] one runs in a lane, the others follow in order of arrival', async () => {
  const ids: string[] = [];
  for (const n of range(1, 3)) ids.push((await node.start(other(n))).operation.id);

  const order: string[][] = [];
  for (const id of ids) {
    const work = await node.workOf(id);
    order.push(await Promise.all(ids.map((one) => kit.statusOf(one))));
    work.end();
    await kit.ended(id);
  }

  expect(order).toEqual([
    ['running', 'queued', 'queued'],
    ['completed', 'running', 'queued'],
    ['completed', 'completed', 'running'],
  ]);
});

test('[OP7] what waits says what it waits for: its lane, then a slot', async () => {
  const running = (await node.start(other(1))).operation.id;
  const second = (await node.start(other(2))).operation.id;
  const third = (await node.start(other(3))).operation.id;
  await node.start({ ...inB, ...other(1) });
  const slotless = (await node.start({ ...plain, lane: 'project:p_c' })).operation.id;

  expect(await waitingFor(second)).toEqual({
    reason: 'lane',
    operationId: running,
    kind: 'full_sync',
    position: 1,
  });
  expect(await waitingFor(third)).toMatchObject({ reason: 'lane', operationId: running, position: 2 });
  expect(await waitingFor(slotless)).toEqual({ reason: 'slot', operationId: null, kind: null, position: 0 });
});

test('[OP7] the event that tells of a waiting operation says what it waits for', async () => {
  const running = (await node.start(other(1))).operation.id;
  const { operation } = await node.start(other(2));

  const queued = (await kit.events()).find(
    (event) => event.type === 'operation:queued' && event.operationId === operation.id,
  );
  const told = { reason: 'lane', operationId: running, kind: 'full_sync', position: 1 };
  expect(operation.waitingFor).toEqual(told);
  expect(queued?.data).toMatchObject({ operation: { waitingFor: told } });
});

test('[OP18] with every slot taken another lane waits, and goes by arrival, not by name', async () => {
  const first = (await node.start(other(1))).operation.id;
  await node.start(inB);
  const late = (await node.start({ lane: 'project:z' })).operation.id;
  const later = (await node.start({ lane: 'project:c' })).operation.id;

  (await node.workOf(first)).end();
  await node.workOf(late);

  expect(await kit.statusOf(later)).toBe('queued');
});

test('[OP19] when twenty wait the next is refused, and told when to come back', async () => {
  await node.start(other(0));
  for (const n of range(1, 20)) await node.start(other(n));

  const refused = node.start(other(21));

  await expect(refused).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    headers: { 'Retry-After': expect.stringMatching(/^\d+$/) },
  });
  const [{ count } = { count: 0 }] = await kit.sql<
    { count: number }[]
  >`select count(*)::int as count from operations`;
  expect(count).toBe(21);
});

test('[OP19] the watcher merges into what waits, and is never refused', async () => {
  const batch = (path: string) => ({
    kind: 'sync_changed_files' as const,
    options: { paths: [path] },
    isNeverRefused: true,
  });
  await node.start(other(0));
  const merged = await node.start(batch('a.md'));
  for (const n of range(1, 19)) await node.start({ kind: 'rebuild_links', ...other(n) });

  const again = await node.start(batch('b.md'));

  expect(again).toMatchObject({ coalesced: true, operation: { id: merged.operation.id } });
  const [row] = await kit.sql`select options from operations where id = ${merged.operation.id}`;
  expect(row?.options).toEqual({ paths: ['a.md', 'b.md'] });
});

test('what waits for a moment of its own does not hold up what is due', async () => {
  const delayed = (await node.start({ ...other(1), delayMs: 60_000 })).operation.id;

  const due = (await node.start(other(2))).operation.id;

  await node.workOf(due);
  expect(await waitingFor(delayed)).toMatchObject({ reason: 'retry_delay' });
});

test('what waits for a moment of its own runs when it has come', async () => {
  const { operation } = await node.start({ ...other(1), delayMs: 30 });

  await node.workOf(operation.id);

  const queuedMs = Date.now() - Date.parse(operation.queuedAt);
  expect(queuedMs).toBeLessThan(3_000);
});

test('[OP20] whoever asks now for what waits for a later moment does not wait', async () => {
  const { operation } = await node.start({ delayMs: 60_000 });

  const joined = await node.start();

  expect(joined).toMatchObject({ coalesced: true, operation: { id: operation.id } });
  await node.workOf(operation.id);
});

test('[OP18] two servers keep one lane, and each takes up what the other left', async () => {
  const second = await kit.openNode();
  const first = (await node.start(other(1))).operation.id;
  const next = (await second.start(other(2))).operation.id;
  await node.workOf(first);

  const before = await kit.statusOf(next);
  await node.close();
  await kit.expire(laneA);
  await second.operations.settleStale();
  await second.workOf(next);

  expect(before).toBe('queued');
  expect(await kit.statusOf(next)).toBe('running');
  await second.close();
});

test('a kind of a newer version is shown, left alone, and can be cancelled', async () => {
  await kit.sql`insert into operations
    (id, kind, lane, trigger, actor, status, phase, message, progress, counters, stats, metadata, options, queued_at, updated_at)
    values ('OP-019aa5c2-7b1e-7c40-9f3a-5d2e8b7c1a04', 'brew_coffee', ${laneB}, 'api', '{"kind":"user","name":"x"}',
      'queued', 'grinding', '', '{}', '{}', '{}', '{}', '{}', now(), now())`;
  const id = 'OP-019aa5c2-7b1e-7c40-9f3a-5d2e8b7c1a04';
  await kit.sql`insert into operation_phases values (${id}, 0, 'grinding', now(), null, 0, '{}', '{}')`;

  node.operations.dispatch();
  const behind = (await node.start({ ...inB, ...other(1) })).operation.id;
  const before = [await kit.statusOf(id), await kit.statusOf(behind)];
  await node.operations.cancel(id);

  expect(before).toEqual(['queued', 'queued']);
  const record = await kit.record(id);
  expect(record).toMatchObject({ kind: 'brew_coffee', status: 'cancelled', projectId: null });
  await until('the next of the lane runs', async () => (await kit.statusOf(behind)) === 'running');
});
