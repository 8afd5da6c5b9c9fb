/** A push in the hands of the runner: cancelled, cut off, taken over by another server, and timed against a bare loop. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../server/core/journal.ts';
import { Leases } from '../../server/core/leases.ts';
import { openListener } from '../../server/core/listener.ts';
import { Operations } from '../../server/core/operations.ts';
import type { Workflow, Workflows } from '../../server/core/workflow.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase } from '../../server/db/open.ts';
import type { PushEnd, PushedItem } from '../../server/features/work-items/push-history.ts';
import { insertJob } from '../../server/features/work-items/run/push-store.ts';
import type { PushParts } from '../../server/features/work-items/run/push-parts.ts';
import { pushTiming } from '../../server/features/work-items/run/push-timing.ts';
import { createPushWorkflow } from '../../server/features/work-items/run/push-workflow.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { createLogger } from '../../server/platform/logger.ts';
import type { SourceTree } from '../../shared/work-items.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { MemoryTracker, project } from '../work-items/memory-tracker.ts';
import { markerBase, noJob, toTree } from './push-run-kit.ts';

let test_: TestDatabase;
beforeAll(async () => {
  test_ = await createTestDatabase();
  await migrateDatabase(test_.url);
});
afterAll(() => test_.drop());

const signal = new AbortController().signal;
let servers = 0;

async function openServer(tracker: MemoryTracker, graceMs = 0) {
  const database = openDatabase(test_.url);
  const { db } = database;
  const journal = await openJournal(db, systemClock);
  const log = createLogger('silent');
  const listener = await openListener(database, journal, log);
  const identity = { hostId: `push-machine-${(servers += 1)}`, pid: 1, startedAt: '1' };
  const told = { items: [] as PushedItem[], ends: [] as PushEnd[] };
  const parts: PushParts = {
    db,
    clock: systemClock,
    log,
    history: {
      begin: () => undefined,
      started: () => undefined,
      item: (_id, item) => void told.items.push(item),
      deleted: () => undefined,
      end: (_id, end) => void told.ends.push(end),
      flush: async () => undefined,
    },
    record: () => undefined,
    findTarget: async () => ({
      connectionId: 'c1',
      tracker,
      markerBase,
      markerField: null,
      useBatch: false,
      pushConcurrency: 1,
    }),
    rejected: async () => undefined,
    onConflict: 'source',
    timing: { ...pushTiming, lookUpWaitsMs: [1, 1, 1] },
  };
  const idle: Workflow = { run: () => Promise.reject(new Error('not in this test')) };
  const workflows: Workflows = {
    full_sync: idle,
    rebuild_links: idle,
    sync_changed_files: idle,
    push_work_items: createPushWorkflow(parts),
  };
  const leases = new Leases(identity, { ownsDatabase: false });
  const operations = new Operations({
    db,
    journal,
    leases,
    clock: systemClock,
    log,
    workflows,
    slots: { index: 2, push: 4 },
    graceMs,
    retriesInterrupted: true,
    onHeartbeat: () => Promise.resolve(),
  });
  await operations.open();
  const reacting = journal.bus.entries$.subscribe(({ event }) => {
    if (event.type === 'operation:cancelling') operations.hearCancelling(event.data.operation.id);
  });
  return {
    operations,
    database,
    told,
    parts,
    async push(tree: SourceTree) {
      const syncHistoryId = randomUUID();
      const { operation } = await operations.start({
        kind: 'push_work_items',
        lane: `push:contoso:${project.id}`,
        projectId: null,
        projectSlug: null,
        trigger: 'api',
        actor: { kind: 'user', name: 'local' },
        options: { syncHistoryId },
        metadata: {},
        admit: async (tx, { id }) =>
          await insertJob(tx, { ...noJob, tree, syncHistoryId, operationId: id, createdAt: new Date() }),
      });
      return { syncHistoryId, id: operation.id };
    },
    async [Symbol.asyncDispose]() {
      await operations[Symbol.asyncDispose]();
      reacting.unsubscribe();
      await listener[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

const manyOf = (count: number) => toTree(Array.from({ length: count }, (_none, index) => `e${index}`));

const resultsOf = async (server: Awaited<ReturnType<typeof openServer>>, syncHistoryId: string) =>
  await server.database.client<{ status: string; code: string | null; count: number }[]>`
    select status, code, count(*)::int from push_results where sync_history_id = ${syncHistoryId} group by 1, 2 order by 1`;

test('[PU20] a cancelled push has said goodbye to every item within two seconds after its current call', async () => {
  let cancel = () => {};
  const tracker = new MemoryTracker({
    latencyMs: 5,
    fault: (method, call) => {
      if (method === 'create' && call > 8) cancel();
      return null;
    },
  });
  await using server = await openServer(tracker);
  const { id, syncHistoryId } = await server.push(manyOf(2000));
  let askedMs = 0;
  cancel = () => {
    cancel = () => {};
    askedMs = performance.now();
    void server.operations.cancel(id);
  };

  const record = await server.operations.settled(id, signal);

  expect(performance.now() - askedMs).toBeLessThan(2000);
  expect(record).toMatchObject({ status: 'cancelled' });
  const results = await resultsOf(server, syncHistoryId);
  expect(results.reduce((sum, { count }) => sum + count, 0)).toBe(2000);
  expect(results.find(({ status }) => status === 'skipped')?.code).toBe('CANCELLED');
  expect(record.counters.itemsSkipped).toBe(results.find(({ status }) => status === 'skipped')?.count);
  expect(server.told.ends).toMatchObject([{ status: 'cancelled' }]);
});

test('[PU15] a push that is done is a completed operation with its figures', async () => {
  await using server = await openServer(new MemoryTracker());

  const { id } = await server.push(toTree(['e1', 'e1.f1', 'e1.f1.s1']));
  const record = await server.operations.settled(id, signal);

  expect(record).toMatchObject({ status: 'completed', counters: { itemsCreated: 3 } });
  expect(record.phases?.map(({ name }) => name)).toEqual([
    'queued',
    'validate',
    'plan',
    'push',
    'finalize',
    'completed',
  ]);
  expect(record.phases?.[3]?.progress).toMatchObject({ epics: 1, features: 1, 'user-stories': 1, total: 3 });
});

test('[RC9] a server that stops leaves a push that is failed, interrupted, and complete in its rows', async () => {
  const tracker = new MemoryTracker({ latencyMs: 5 });
  const server = await openServer(tracker);
  const { id, syncHistoryId } = await server.push(manyOf(500));
  while (tracker.writes.length < 3) await new Promise((resolve) => void setImmediate(resolve));
  await server[Symbol.asyncDispose]();

  await using after = await openServer(tracker);
  const record = await after.operations.settled(id, signal);

  expect(record).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  const results = await resultsOf(after, syncHistoryId);
  expect(results.map(({ status, code }) => [status, code])).toEqual([
    ['created', null],
    ['skipped', 'INTERRUPTED'],
  ]);
  expect(results[0]?.count).toBe(tracker.writes.length);
  const retried = await after.database.client`select id from operations where retry_of = ${id}`;
  expect(retried).toHaveLength(0);
});
