/** Pushes against a tracker in memory and a real database, run by hand: kills, cancels and restarts are a line each. */
import { randomUUID } from 'node:crypto';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { LeaseLost } from '../../server/core/leases.ts';
import { createOperationId } from '../../server/core/operation-id.ts';
import {
  OperationFailure,
  type Ending,
  type OperationContext,
  type StoredOperation,
} from '../../server/core/workflow.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import type { AuditAct } from '../../server/core/audit-act.ts';
import type { PushedItem, PushEnd } from '../../server/features/work-items/push-history.ts';
import type { PushParts } from '../../server/features/work-items/run/push-parts.ts';
import { insertJob, type NewPushJob } from '../../server/features/work-items/run/push-store.ts';
import { pushTiming } from '../../server/features/work-items/run/push-timing.ts';
import { createPushWorkflow } from '../../server/features/work-items/run/push-workflow.ts';
import { createLogger } from '../../server/platform/logger.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { ItemType, SourceItem, SourceTree } from '../../shared/work-items.ts';
import { createTestDatabase } from '../support/database.ts';
import type { MemoryTracker } from '../work-items/memory-tracker.ts';

export const markerBase = 'https://syncline.test';

export interface PushRun {
  readonly syncHistoryId: string;
  readonly ending: Ending | 'killed';
  /** Of this push, in order. */
  readonly events: readonly SynclineEvent[];
  readonly items: readonly PushedItem[];
  readonly ends: readonly PushEnd[];
  readonly acts: readonly AuditAct[];
  readonly phases: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
  readonly said: readonly string[];
}

export interface RunOptions extends Partial<NewPushJob> {
  readonly concurrency?: number;
  readonly markerField?: string;
  /** Given the means to stop the push from within. */
  readonly arm?: (stops: { readonly cancel: () => void; readonly kill: () => void }) => void;
  /** Told before each commit of the push; may throw. */
  readonly onCommit?: (count: number) => void;
  /** Told after each commit. */
  readonly onCommitted?: (count: number) => void;
}

export interface PushRunKit extends AsyncDisposable {
  readonly database: Database;
  readonly journal: Journal;
  readonly clock: { time: number };
  readonly waits: number[];
  readonly parts: (tracker: MemoryTracker, options?: RunOptions) => PushParts;
  push(tracker: MemoryTracker, tree: SourceTree, options?: RunOptions): Promise<PushRun>;
  /** Nothing is known any more of what was pushed. */
  forget(): Promise<void>;
}

export async function openPushRunKit(): Promise<PushRunKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 4 });
  const { db, client } = database;
  const clock = { time: Date.parse('2026-11-21T10:00:00.000Z') };
  const time = { now: () => new Date(clock.time), monotonicMs: () => clock.time };
  const journal = await openJournal(db, time);
  const waits: number[] = [];
  const told = { items: [] as PushedItem[], ends: [] as PushEnd[], acts: [] as AuditAct[] };

  const toParts = (tracker: MemoryTracker, options: RunOptions = {}): PushParts => ({
    db,
    clock: time,
    log: createLogger('silent'),
    history: {
      begin: () => undefined,
      started: () => undefined,
      item: (_id, item) => void told.items.push(item),
      deleted: () => undefined,
      end: (_id, end) => void told.ends.push(end),
      flush: async () => undefined,
    },
    record: (act) => void told.acts.push(act),
    findTarget: async () => ({
      connectionId: 'c1',
      tracker,
      markerBase,
      markerField: options.markerField ?? null,
      useBatch: false,
      pushConcurrency: options.concurrency ?? 1,
    }),
    rejected: async () => undefined,
    onConflict: 'source',
    timing: {
      ...pushTiming,
      wait: async (ms, signal) => {
        signal?.throwIfAborted();
        waits.push(ms);
        clock.time += ms;
        await new Promise((resolve) => void setImmediate(resolve));
        signal?.throwIfAborted();
      },
    },
  });

  return {
    database,
    journal,
    clock,
    waits,
    parts: toParts,
    async push(tracker, tree, options = {}) {
      clock.time += 60_000;
      for (const list of Object.values(told)) list.length = 0;
      const syncHistoryId = randomUUID();
      const operation = toOperation(clock.time, syncHistoryId);
      const job = {
        ...noJob,
        ...options,
        tree,
        syncHistoryId,
        operationId: operation.id,
        createdAt: time.now(),
      };
      await db.transaction((tx) => insertJob(tx, job));
      const workflow = createPushWorkflow(toParts(tracker, options));
      const abort = new AbortController();
      let isDead = false;
      const kill = () => {
        isDead = true;
        abort.abort();
      };
      tracker.options = { ...tracker.options, onKill: kill };
      options.arm?.({ cancel: () => abort.abort(), kill });
      const seen = { phases: [] as string[], counters: {} as Record<string, number>, said: [] as string[] };
      let commits = 0;
      const conclude: OperationContext<StoredOperation>['conclude'] = async (work) => {
        if (isDead) throw new LeaseLost('gone');
        commits += 1;
        options.onCommit?.(commits);
        if (isDead) throw new LeaseLost('gone');
        const result = await journal.transact(work);
        options.onCommitted?.(commits);
        if (isDead) throw new LeaseLost('gone');
        return result;
      };
      const context: OperationContext<StoredOperation> = {
        operation,
        signal: abort.signal,
        enter: (phase) => void seen.phases.push(phase),
        skip: () => undefined,
        progress: () => undefined,
        count: (counter, by = 1) => void (seen.counters[counter] = (seen.counters[counter] ?? 0) + by),
        say: (message) => void seen.said.push(message),
        report: () => undefined,
        emit: () => undefined,
        transact: conclude,
        conclude,
      };
      const { ending, result } = await runTo(() => workflow.run(context), abort.signal);
      const last: Ending = isDead ? interrupted : ending;
      const end = { ending: last, result, durationMs: 0 };
      // Another server ends what a dead one left behind.
      const ender = isDead ? createPushWorkflow(toParts(tracker, options)) : workflow;
      await journal.transact(async (tx, emit) => await ender.end?.(tx, operation, end, emit));
      const events = (await client`
        select type, topic, data from journal where operation_id = ${operation.id} order by seq`) as unknown as SynclineEvent[];
      return { syncHistoryId, ending: isDead ? 'killed' : ending, events, ...seen, ...copy(told) };
    },
    async forget() {
      await client`delete from work_item_ledger`;
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await test.drop();
    },
  };
}

const copy = <T extends Record<string, unknown[]>>(lists: T): T =>
  Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...list]])) as T;

const interrupted: Ending = { status: 'failed', error: 'The server stopped', errorCode: 'interrupted' };

type Run = ReturnType<ReturnType<typeof createPushWorkflow>['run']>;

async function runTo(run: () => Run, signal: AbortSignal) {
  try {
    const result = await run();
    return { ending: { status: 'completed', message: result.message } as const satisfies Ending, result };
  } catch (failure) {
    if (signal.aborted) {
      const ending: Ending = { status: 'cancelled', error: 'Cancelled', errorCode: 'cancelled' };
      return { ending, result: null };
    }
    if (!(failure instanceof OperationFailure)) throw failure;
    const ending: Ending = { status: 'failed', error: failure.message, errorCode: failure.code };
    return { ending, result: null };
  }
}

const toOperation = (atMs: number, syncHistoryId: string): StoredOperation => ({
  id: createOperationId(atMs),
  kind: 'push_work_items',
  lane: 'push:contoso:fabrikam',
  projectId: null,
  projectSlug: null,
  trigger: 'api',
  actor: { kind: 'user', name: 'local' },
  options: { syncHistoryId },
  metadata: {},
  attempt: 1,
});

export const noJob: Omit<NewPushJob, 'tree' | 'syncHistoryId' | 'operationId' | 'createdAt'> = {
  connectionId: 'c1',
  projectName: 'Fabrikam',
  overwrite: null,
  fieldMappingConfigId: null,
  processTemplateName: null,
  chosen: null,
  planId: null,
  retryOf: null,
  only: null,
  useBatch: null,
};

/** `e1`, `e1.f1`, `e1.f1.s1`: the depth is the type, the path is the parent. */
export function toTree(ids: readonly string[], nodes: Readonly<Record<string, object>> = {}): SourceTree {
  const types: readonly ItemType[] = ['epic', 'feature', 'user_story'];
  const items = ids.map((sourceId): SourceItem => {
    const parts = sourceId.split('.');
    const name = `Item ${sourceId}`;
    const node = { _id: sourceId, name, description: `About ${sourceId}`, ...nodes[sourceId] };
    const parentId = parts.length === 1 ? null : parts.slice(0, -1).join('.');
    return { sourceId, type: types[parts.length - 1] ?? 'user_story', name: node.name, parentId, node };
  });
  return { type: 'request', system: 'ardoq', scope: '', items, warnings: [] };
}
