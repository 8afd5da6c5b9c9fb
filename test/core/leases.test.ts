/** Who may write after sleeping, and what becomes of work whose server is gone. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readProcessIdentity, formatOwner } from '../../server/platform/process-identity.ts';
import { until } from '../support/until.ts';
import { inB, laneA, laneB, openOperationsKit, type Node, type OperationsKit } from './operations-kit.ts';

let kit: OperationsKit;
let first: Node;
let second: Node;

beforeAll(async () => {
  kit = await openOperationsKit();
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await first?.close();
  await second?.close();
  await kit.sql`truncate operations, leases cascade`;
  first = await kit.openNode();
  second = await kit.openNode();
});

/** An operation on the first server, which then is not heard of for longer than its lease. */
async function startSleeper() {
  const { operation } = await first.start();
  const work = await first.workOf(operation.id);
  await kit.expire(laneA);
  return { id: operation.id, work };
}

test('[SY6, OP10] a lease that has run out is settled by another server: failed, interrupted', async () => {
  const { id } = await startSleeper();

  await second.operations.settleStale();

  expect(await kit.record(id)).toMatchObject({
    status: 'failed',
    errorCode: 'interrupted',
    error: 'Sync interrupted: the server running it stopped',
  });
});

test('[SY6] the next request takes the lane over, without waiting for anybody to settle it', async () => {
  const { id } = await startSleeper();

  const { operation } = await second.start();

  await second.workOf(operation.id);
  expect(await kit.statusOf(id)).toBe('failed');
});

test('[SY5] a live lease is freed by nobody', async () => {
  const { operation } = await first.start();
  await first.workOf(operation.id);

  await second.operations.settleStale();
  const next = await second.start({ options: { n: 2 } });

  expect(await kit.statusOf(operation.id)).toBe('running');
  expect(await kit.statusOf(next.operation.id)).toBe('queued');
});

test('[SY5] a heartbeat keeps the lease while a batch is being written', async () => {
  const { operation } = await first.start();
  const work = await first.workOf(operation.id);

  await work.context.transact(async () => {
    await kit.expire(laneA);
    await first.leases.renew(first.database.db);
    await second.operations.settleStale();
  });

  expect(await kit.statusOf(operation.id)).toBe('running');
});

test('[SY7] a process that slept past its lease and was settled writes nothing, though it still has its token', async () => {
  const { id, work } = await startSleeper();
  await second.operations.settleStale();
  await first.leases.renew(first.database.db);

  const write = work.context.transact((tx) => tx.execute(`create table written_by_a_sleeper ()`));

  await expect(write).rejects.toThrow('no longer held');
  work.end();
  await first.operations.settled(id, AbortSignal.timeout(5_000));
  expect(await kit.record(id)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  expect(await kit.sql`select to_regclass('written_by_a_sleeper') as found`).toEqual([{ found: null }]);
});

test('[SY7] its end, too, is refused, and what it remembers is told to be dropped', async () => {
  const written: string[] = [];
  const { id, work } = await startSleeper();
  const { operation } = await second.start();
  const successor = await second.workOf(operation.id);

  work.end({ commit: async () => void written.push('its last writes') });
  await until('the sleeper has given up', () => first.operations.runningCount === 0);
  successor.end();
  await kit.ended(operation.id);

  expect(written).toEqual([]);
  expect(first.lost).toEqual([id]);
  expect(await kit.statusOf(id)).toBe('failed');
  expect(await kit.statusOf(operation.id)).toBe('completed');
  const ends = (await kit.events()).filter((event) => /^operation:(failed|completed)$/.test(event.type));
  expect(ends.filter((event) => event.operationId === id)).toHaveLength(1);
});

test('a process that wakes up in time goes on', async () => {
  const { id, work } = await startSleeper();
  await first.leases.renew(first.database.db);

  await second.operations.settleStale();
  work.end();

  expect(await kit.ended(id)).toMatchObject({ status: 'completed' });
});

test('its own sleep is no reason to stop for a server that is alone', async () => {
  const { id, work } = await startSleeper();

  await first.operations.settleStale();
  work.end();

  expect(await kit.ended(id)).toMatchObject({ status: 'completed' });
});

test('[OP10] a wish to cancel is not forgotten when the server of the work is gone', async () => {
  const { id } = await startSleeper();
  await kit.sql`update operations set cancel_requested_at = now() where id = ${id}`;

  await second.operations.settleStale();

  expect(await kit.record(id)).toMatchObject({ status: 'cancelled', errorCode: 'cancelled' });
});

test('[OP10] what was made running without our knowing is settled, and the lane goes on', async () => {
  const { operation } = await first.start();
  (await first.workOf(operation.id)).end();
  await kit.ended(operation.id);
  // The database took the transaction, and the connection was cut before it could say so.
  await kit.sql`update operations set status = 'running', finished_at = null where id = ${operation.id}`;
  await kit.sql`insert into leases values (${laneA}, 't', ${first.leases.owner}, ${operation.id}, now() + interval '15 s')`;
  await until('the run is over', () => first.operations.runningCount === 0);

  const next = await first.start();

  await first.workOf(next.operation.id);
  expect(await kit.record(operation.id)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
});

test('[OP10] one lane that cannot be settled leaves the others to be settled', async () => {
  const { id } = await startSleeper();
  const other = await first.start(inB);
  await first.workOf(other.operation.id);
  await kit.expire(laneB);
  const broken = await kit.openNode({
    workflows: {
      ...noWork,
      full_sync: {
        run: noWork.full_sync.run,
        async end(_tx, operation) {
          if (operation.projectId === 'p_a') throw new Error('This project cannot be settled');
        },
      },
    },
  });

  await until('the other is settled', async () => (await kit.statusOf(other.operation.id)) === 'failed');

  expect(await kit.statusOf(id)).toBe('running');
  await broken.close();
});

const idle = { run: () => Promise.resolve({ message: '', stats: {} }) };
const noWork = { full_sync: idle, rebuild_links: idle, sync_changed_files: idle, push_work_items: idle };

test('[OP10] with retries on, an interrupted operation is tried once more, and only once', async () => {
  const retrying = await kit.openNode({ retriesInterrupted: true });
  const { id } = await startSleeper();

  await retrying.operations.settleStale();
  await retrying.operations.settleStale();

  const again = await kit.sql<{ id: string; attempt: number; trigger: string }[]>`
    select id, attempt, trigger from operations where retry_of = ${id}`;
  expect(again).toMatchObject([{ attempt: 2, trigger: 'retry' }]);
  await kit.sql`update operations set not_before = now() where id = ${again[0]!.id}`;
  retrying.operations.dispatch();
  await until('the retry runs', async () => (await kit.statusOf(again[0]!.id)) === 'running');
  await kit.expire(laneA);
  await second.operations.settleStale();
  await retrying.operations.settleStale();
  const all = await kit.sql`select id from operations where lane = ${laneA}`;
  expect(all).toHaveLength(2);
  await retrying.close();
});

test('[F21] with retries on, what a stopping server interrupts is tried again by the next', async () => {
  const stopping = await kit.openNode({ retriesInterrupted: true });
  const { operation } = await stopping.start();
  await stopping.workOf(operation.id);

  await stopping.close();

  expect(await kit.record(operation.id)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  expect(await kit.sql`select retry_of, status from operations where attempt = 2`).toMatchObject([
    { retry_of: operation.id, status: 'queued' },
  ]);
});

test('[SY5] the lease of a process that is proven gone is taken at once', async () => {
  const { hostId } = readProcessIdentity();
  const here = await kit.openNode({ identity: readProcessIdentity() });
  const { operation } = await first.start();
  await first.workOf(operation.id);
  // A process of this machine that has ended: no id is as high.
  const dead = formatOwner({ hostId, pid: 999_999_999, startedAt: '1' });
  await kit.sql`update leases set owner = ${dead} where name = ${laneA}`;

  await here.operations.settleStale();

  expect(await kit.statusOf(operation.id)).toBe('failed');
  await here.close();
});

test('a claim for a span is given once, until its time is over or its holder is dead', async () => {
  const claims = [
    await first.leases.claimSpan(first.database.db, 'start', 600),
    await second.leases.claimSpan(second.database.db, 'start', 600),
  ];
  await first.leases.renew(first.database.db);
  const [row] = await kit.sql<{ seconds: number }[]>`
    select extract(epoch from expires_at - now())::float as seconds from leases where name = 'span:start'`;
  await kit.expire('span:start');
  claims.push(await second.leases.claimSpan(second.database.db, 'start', 600));

  expect(claims).toEqual([true, false, true]);
  expect(row?.seconds).toBeGreaterThan(500);
});
