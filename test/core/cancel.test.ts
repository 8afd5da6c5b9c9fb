/** Cancelling: in every state, twice, after the end, against the end, and against work that does not listen. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { journal } from '../../server/db/tables/journal.ts';
import { range } from '../sdk/support/events.ts';
import { openOperationsKit, type Node, type OperationsKit } from './operations-kit.ts';

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

const endsOf = async (id: string) =>
  (await kit.events()).filter(
    (event) => event.operationId === id && /^operation:(completed|failed|cancelled)$/.test(event.type),
  );

test('[OP31] what is queued is cancelled at once', async () => {
  await node.start({ options: { n: 1 } });
  const { operation } = await node.start();

  await node.operations.cancel(operation.id);

  expect(await kit.record(operation.id)).toMatchObject({
    status: 'cancelled',
    errorCode: 'cancelled',
    startedAt: null,
    durationMs: 0,
    phase: 'queued',
  });
  expect(await endsOf(operation.id)).toHaveLength(1);
});

test('[OP31] what is running says that it was asked, and then ends, in the phase it was in', async () => {
  const { operation } = await node.start();
  const { context } = await node.workOf(operation.id);
  context.enter('documents', 10);
  context.progress(4);

  await node.operations.cancel(operation.id);
  const record = await kit.ended(operation.id);

  expect(record).toMatchObject({
    status: 'cancelled',
    phase: 'documents',
    cancelRequestedAt: expect.any(String),
  });
  expect(record.phases?.map(({ name, finishedAt }) => [name, finishedAt !== null])).toEqual([
    ['queued', true],
    ['discover', true],
    ['documents', true],
  ]);
  const types = (await kit.events())
    .filter((event) => event.operationId === operation.id)
    .map(({ type }) => type);
  expect(types.indexOf('operation:cancelling')).toBeLessThan(types.indexOf('operation:cancelled'));
});

test('[OP31] work that does not listen is left behind within two seconds, and can write nothing more', async () => {
  const deaf = await kit.openNode({ obeys: false });
  const { operation } = await deaf.start();
  const work = await deaf.workOf(operation.id);
  const askedMs = performance.now();

  await deaf.operations.cancel(operation.id);
  await kit.ended(operation.id);

  expect(performance.now() - askedMs).toBeLessThan(2_000);
  await expect(work.context.transact(async () => 'written')).rejects.toThrow('aborted');
  await deaf.close();
});

test('[OP31] asked again before the end, the answer is the same; after it, that it has ended', async () => {
  const deaf = await kit.openNode({ obeys: false });
  const { operation } = await deaf.start();
  const work = await deaf.workOf(operation.id);

  await deaf.operations.cancel(operation.id);
  const first = await kit.record(operation.id);
  await deaf.operations.cancel(operation.id);
  const second = await kit.record(operation.id);
  work.fail(new Error('stopped at last'));
  const { finishedAt } = await kit.ended(operation.id);

  expect(second.cancelRequestedAt).toBe(first.cancelRequestedAt);
  await expect(deaf.operations.cancel(operation.id)).rejects.toMatchObject({
    code: 'OPERATION_FINISHED',
    details: { status: 'cancelled', finishedAt },
  });
  expect(await endsOf(operation.id)).toHaveLength(1);
  await deaf.close();
});

test('[OP31] the wish reaches the server that runs the work, though no event tells it', async () => {
  const { operation } = await node.start();
  const { context } = await node.workOf(operation.id);
  // Another server wrote it, and its notification was lost.
  await kit.sql`update operations set cancel_requested_at = now() where id = ${operation.id}`;

  context.say('still at it');

  expect(await kit.ended(operation.id)).toMatchObject({ status: 'cancelled' });
});

test('[OP31] another server takes the wish as well', async () => {
  const other = await kit.openNode();
  const { operation } = await node.start();
  await node.workOf(operation.id);

  await other.operations.cancel(operation.id);

  expect(await kit.ended(operation.id)).toMatchObject({ status: 'cancelled' });
  await other.close();
});

test('[OP31] a wish that was durable before the end wins: nothing of the last writes is made', async () => {
  const { operation } = await node.start();
  const { context, end } = await node.workOf(operation.id);
  context.count('documentsSynced', 3);
  await kit.sql`update operations set cancel_requested_at = now() where id = ${operation.id}`;

  end({
    stats: { documents_synced: 3 },
    commit: (tx) =>
      tx.insert(journal).values({ seq: 1e9, type: 'x', at: new Date(), topic: [], data: {} }).then(),
  });
  const record = await kit.ended(operation.id);

  expect(record).toMatchObject({ status: 'cancelled', phase: 'discover', stats: { documents_synced: 3 } });
  expect(record.phases?.at(-1)?.name).toBe('discover');
  expect(await kit.sql`select from journal where seq = 1000000000`).toEqual([]);
});

test('[OP31, LAW3] cancel and natural end race: one end, and the answer agrees with it or is refused', async () => {
  for (const n of range(1, 30)) {
    const { operation } = await node.start({ options: { n } });
    const work = await node.workOf(operation.id);

    work.end();
    const answer = await node.operations.cancel(operation.id).then(
      () => 'accepted',
      (failure: { code: string }) => failure.code,
    );

    const record = await kit.ended(operation.id);
    expect(['accepted', 'OPERATION_FINISHED']).toContain(answer);
    expect(record.status).toBe(answer === 'accepted' ? 'cancelled' : 'completed');
    expect(await endsOf(operation.id)).toHaveLength(1);
  }
});

test('an operation nobody knows cannot be cancelled', async () => {
  const id = 'OP-019aa5c2-7b1e-7c40-9f3a-5d2e8b7c1a04';

  await expect(node.operations.cancel(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('[OP31] a lane that is emptied ends everything in it, and lets nothing more be written', async () => {
  const running = (await node.start()).operation.id;
  const waiting = (await node.start({ options: { n: 2 } })).operation.id;
  const work = await node.workOf(running);

  const ids = await node.journal.transact((tx, emit) => node.operations.cancelLane(tx, emit, 'project:p_a'));
  const write = work.context.transact(async () => 'written');
  node.operations.abandon(ids);

  await expect(write).rejects.toThrow('no longer held');
  expect([await kit.statusOf(running), await kit.statusOf(waiting)]).toEqual(['cancelled', 'cancelled']);
  expect(await endsOf(running)).toHaveLength(1);
});
