/** Requests that are the same work: decided before an id is handed out, and nobody waits for what never ends. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
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

const batch = (...paths: string[]) => ({ kind: 'sync_changed_files' as const, options: { paths } });
const anySignal = () => AbortSignal.timeout(10_000);

async function startRunning() {
  const { operation } = await node.start({ options: { n: 'first' } });
  return { id: operation.id, work: await node.workOf(operation.id) };
}

test('[OP20] a request equal to a queued one joins it, whoever asks', async () => {
  await startRunning();
  const first = await node.start();

  const second = await node.start({ trigger: 'cli', actor: { kind: 'system', name: 'clock' } });

  expect([first.coalesced, second.coalesced]).toEqual([false, true]);
  expect(second.operation.id).toBe(first.operation.id);
  expect((await kit.record(first.operation.id)).metadata).toMatchObject({
    joined: [{ trigger: 'cli', actor: { kind: 'system', name: 'clock' }, at: expect.stringMatching(/Z$/) }],
  });
});

test('[OP20] what is running is never joined', async () => {
  const { id } = await startRunning();

  const same = await node.start({ options: { n: 'first' } });

  expect(same.coalesced).toBe(false);
  expect(same.operation.id).not.toBe(id);
});

test('[OP20] other options are other work', async () => {
  await startRunning();

  const [one, two] = [await node.start({ options: { n: 1 } }), await node.start({ options: { n: 2 } })];

  expect(two.operation.id).not.toBe(one.operation.id);
});

test.each([1, 2])(
  '[OP20] ten in the same moment while one runs are one operation, on %i server(s)',
  async (servers) => {
    const nodes = [node, ...(servers === 1 ? [] : [await kit.openNode()])];
    await startRunning();

    const started = await Promise.all(range(0, 9).map((n) => nodes[n % servers]!.start()));

    expect(new Set(started.map(({ operation }) => operation.id)).size).toBe(1);
    expect(started.filter(({ coalesced }) => coalesced)).toHaveLength(9);
    const { joined } = (await kit.record(started[0]!.operation.id)).metadata;
    expect(joined).toHaveLength(9);
    for (const one of nodes.slice(1)) await one.close();
  },
);

test('[OP20] ten in the same moment in a free lane: one runs, the others share the next', async () => {
  const started = await Promise.all(range(0, 9).map(() => node.start()));

  const ids = [...new Set(started.map(({ operation }) => operation.id))];
  const statuses = await Promise.all(ids.map((id) => kit.statusOf(id)));
  expect(statuses.toSorted()).toEqual(['queued', 'running']);
  expect(started.filter(({ coalesced }) => coalesced)).toHaveLength(8);
});

test('[OP20] no more than twenty are remembered of those who joined', async () => {
  await startRunning();
  const { operation } = await node.start();
  for (const n of range(1, 25)) await node.start({ trigger: `asker-${n}` });

  const { joined } = (await kit.record(operation.id)).metadata as { joined: { trigger: string }[] };

  expect(joined.map(({ trigger }) => trigger)).toEqual(range(6, 25).map((n) => `asker-${n}`));
});

test('[OP20] batches become one, which knows the paths of all', async () => {
  await startRunning();
  const first = await node.start(batch('a.md'));

  const second = await node.start(batch('b.md', 'c.md'));

  expect(second).toMatchObject({ coalesced: true, operation: { id: first.operation.id } });
  const [row] = await kit.sql`select options from operations where id = ${first.operation.id}`;
  expect(row?.options).toEqual({ paths: ['a.md', 'b.md', 'c.md'] });
});

test('[OP21] a full sync makes the batches redundant that wait before it', async () => {
  await startRunning();
  const before = await node.start(batch('a.md'));
  const waiting = node.operations.settled(before.operation.id, anySignal());

  const sync = await node.start();

  expect(await kit.record(before.operation.id)).toMatchObject({
    status: 'cancelled',
    errorCode: 'coalesced',
    coalescedInto: sync.operation.id,
    error: expect.stringContaining(sync.operation.id),
  });
  const { work } = { work: await endFirst() };
  work.end();
  expect(await waiting).toMatchObject({ id: sync.operation.id, status: 'completed' });

  async function endFirst() {
    const [row] = await kit.sql<{ id: string }[]>`select id from operations where status = 'running'`;
    (await node.workOf(row!.id)).end();
    return await node.workOf(sync.operation.id);
  }
});

test('[OP21] a batch that comes while a full sync waits is done by it, too', async () => {
  await startRunning();
  const sync = await node.start();

  const late = await node.start(batch('a.md'));

  expect(await kit.record(late.operation.id)).toMatchObject({
    status: 'cancelled',
    errorCode: 'coalesced',
    coalescedInto: sync.operation.id,
  });
  const ends = (await kit.events()).filter(
    (event) => event.operationId === late.operation.id && event.type === 'operation:cancelled',
  );
  expect(ends).toHaveLength(1);
});

test('[OP21] a full sync that waits for a later moment does not take the work of batches', async () => {
  await startRunning();
  const before = await node.start(batch('a.md'));

  await node.start({ delayMs: 60_000 });
  const after = await node.start(batch('b.md'));

  expect(after).toMatchObject({ coalesced: true, operation: { id: before.operation.id, status: 'queued' } });
});

test('[OP21] a full sync that is running already has perhaps passed the file: the batch follows it', async () => {
  await startRunning();

  const late = await node.start(batch('a.md'));

  expect(late.operation.status).toBe('queued');
});

test('[OP20] cancelling what others joined cancels it for all', async () => {
  await startRunning();
  const { operation } = await node.start();
  const joined = await node.start();
  const waiting = [operation.id, joined.operation.id].map((id) => node.operations.settled(id, anySignal()));

  await node.operations.cancel(operation.id);

  for (const ended of await Promise.all(waiting)) {
    expect(ended).toMatchObject({ status: 'cancelled', errorCode: 'cancelled' });
  }
});

test('[OP20] whoever joins while it is being cancelled is not left waiting for nothing', async () => {
  await startRunning();
  for (const _ of range(1, 15)) {
    const { operation } = await node.start();

    const [, joined] = await Promise.all([node.operations.cancel(operation.id), node.start()]);

    // Either it joined in time and was cancelled with it, or it is an operation of its own.
    const record = await kit.record(joined.operation.id);
    const isShared = joined.operation.id === operation.id;
    expect(record.status).toBe(isShared ? 'cancelled' : 'queued');
    expect(joined.coalesced).toBe(isShared);
    if (!isShared) await node.operations.cancel(joined.operation.id);
  }
});
