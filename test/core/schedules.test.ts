/** Law 3 as a property: whatever is asked, cancelled, failed and cut off, on two servers at once, each operation ends once. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OperationId } from '../../shared/ids.ts';
import { isTerminal } from '../../shared/operations.ts';
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
let nodes: Node[];

beforeAll(async () => {
  kit = await openOperationsKit();
  nodes = [await kit.openNode(), await kit.openNode({ retriesInterrupted: true })];
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

type Step =
  | {
      readonly do: 'start';
      readonly on: number;
      readonly kind: number;
      readonly lane: boolean;
      readonly n: number;
    }
  | {
      readonly do: 'cancel' | 'end' | 'fail' | 'expire' | 'settle' | 'renew';
      readonly on: number;
      readonly which: number;
    };

const kinds = ['full_sync', 'rebuild_links', 'sync_changed_files'] as const;
const on = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('start' as const),
      on,
      kind: fc.integer({ min: 0, max: 2 }),
      lane: fc.boolean(),
      n: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constantFrom(...(['cancel', 'end', 'end', 'fail', 'expire', 'settle', 'renew'] as const)),
      on,
      which: fc.nat({ max: 20 }),
    }),
  },
);

/** Steps of one burst happen at the same time. */
const schedule = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 8 });

async function take(one: Step, ids: string[]): Promise<void> {
  const node = nodes[one.on]!;
  if (one.do === 'start') {
    const kind = kinds[one.kind]!;
    const options = kind === 'sync_changed_files' ? { paths: [`${one.n}.md`] } : { n: one.n };
    const { operation } = await node.start({ ...(one.lane ? inB : plain), kind, options });
    if (!ids.includes(operation.id)) ids.push(operation.id);
    return;
  }
  if (one.do === 'expire') return void (await Promise.all([laneA, laneB].map((lane) => kit.expire(lane))));
  if (one.do === 'settle') return await node.operations.settleStale();
  if (one.do === 'renew') return await node.leases.renew(node.database.db);
  const id = ids[one.which % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (one.do === 'cancel') return await node.operations.cancel(id).catch(ignoreFinished);
  for (const each of nodes) {
    const work = each.running(id);
    if (one.do === 'end') work?.end();
    else work?.fail(new Error('The work has failed'));
  }
}

function ignoreFinished(failure: { code?: string }): void {
  if (failure.code !== 'OPERATION_FINISHED') throw failure;
}

/** Everything comes to an end: what runs is let go, until nothing is left. */
async function drain(): Promise<void> {
  await until('nothing is active', async () => {
    await kit.sql`update operations set not_before = null where status = 'queued'`;
    const active = await kit.sql<{ id: string }[]>`
      select id from operations where status in ('queued', 'running')`;
    for (const { id } of active) for (const node of nodes) node.running(id)?.end();
    for (const node of nodes) node.operations.dispatch();
    await nodes[1]!.operations.settleStale();
    return active.length === 0;
  });
}

test('[LAW3, OP8, OP18] each operation has one terminal event that agrees with its record, and a lane runs one at a time', async () => {
  await fc.assert(
    fc.asyncProperty(schedule, async (bursts) => {
      await kit.sql`truncate operations, leases cascade`;
      const [{ head } = { head: 0 }] = await kit.sql<{ head: number }[]>`select head::int from journal_state`;
      const ids: string[] = [];
      for (const burst of bursts) await Promise.all(burst.map((one) => take(one, ids)));
      await drain();

      const rows = await kit.sql<
        { id: string; lane: string; status: string }[]
      >`select id, lane, status from operations`;
      const events = (await kit.events()).filter((event) => event.seq > head);
      for (const { id, status } of rows) {
        const record = await kit.record(id);
        expect(isTerminal(record.status)).toBe(true);
        const ends = events.filter(
          (event) => event.operationId === id && /^operation:(completed|failed|cancelled)$/.test(event.type),
        );
        expect(ends.map(({ type }) => type)).toEqual([`operation:${status}`]);
        expect(ends[0]?.data).toEqual({ operation: record });
      }
      for (const lane of [laneA, laneB]) {
        const ofLane = new Set(rows.filter((row) => row.lane === lane).map(({ id }) => id));
        expect(maxAtOnce(events.filter((event) => ofLane.has(event.operationId ?? '')))).toBeLessThanOrEqual(
          1,
        );
      }
      expect(await kit.sql`select name from leases`).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 120_000);

/** The order of `seq` is the order of commits: what overlaps there has overlapped. */
function maxAtOnce(events: readonly { type: string; operationId: string | null }[]): number {
  const running = new Set<OperationId>();
  let most = 0;
  for (const { type, operationId } of events) {
    const id = OperationId.parse(operationId);
    if (type === 'operation:started') running.add(id);
    if (/^operation:(completed|failed|cancelled)$/.test(type)) running.delete(id);
    most = Math.max(most, running.size);
  }
  return most;
}
