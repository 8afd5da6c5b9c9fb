/** A push as the runner knows it: begins, runs its phases and ends, always with every item accounted for (PU15, PU16). */
import { once } from 'node:events';
import type { PushWarning } from '../../../../shared/work-items.ts';
import { findOperation } from '../../../core/operation-store.ts';
import type { OperationContext, RunResult, StoredOperation, Workflow } from '../../../core/workflow.ts';
import { finalize } from './finalize.ts';
import { Intents } from './intents.ts';
import { skipped, type ItemOutcome } from './item-outcome.ts';
import { toCallOptions } from './push-calls.ts';
import { endPush, type PushTrace } from './push-end.ts';
import { PushFailure, toPushFailure } from './push-failure.ts';
import { pushItems } from './push-items.ts';
import type { PushParts } from './push-parts.ts';
import { createProgress } from './push-progress.ts';
import { loadJob, type PushJob } from './push-store.ts';
import { prepare, prepareStored, type Prepared } from './preparation.ts';
import { runOverwrite } from './overwrite-run.ts';
import { Recorder } from './recorder.ts';
import { toSkipReason } from './skip-reason.ts';
import { toLedgerRow, type Stage } from './stage.ts';

/** OP31: long enough for the call on its way, which may take a minute, and for what is said of the rest. */
const patienceMs = 75_000;
/** AZ14. */
const batchSize = 50;
/** AL4: before the operation ends. */
const flushMs = 5000;

export function createPushWorkflow(parts: PushParts): Workflow {
  // Of operations that ran here, for as long as the runner holds on to them.
  const traces = new WeakMap<StoredOperation, PushTrace>();
  return {
    pool: 'push',
    patienceMs,
    isRetriedByHand: true,
    async run(context) {
      const trace: PushTrace = { phase: 'queued', fatal: null, warnings: [] };
      traces.set(context.operation, trace);
      // Not in the transaction that made it run: history would look for a push that is not there yet.
      parts.history.started(historyIdOf(context.operation), parts.clock.now());
      return await run(parts, context, trace);
    },
    async end(tx, operation, { ending }, emit) {
      const syncHistoryId = historyIdOf(operation);
      const trace = traces.get(operation);
      return await endPush(tx, { parts, operation, syncHistoryId, ending, trace, emit });
    },
  };
}

export function historyIdOf({ id, options }: StoredOperation): string {
  const { syncHistoryId } = options;
  if (typeof syncHistoryId !== 'string') throw new Error(`Operation ${id} names no push`);
  return syncHistoryId;
}

type Context = OperationContext<StoredOperation>;

async function run(parts: PushParts, context: Context, trace: PushTrace): Promise<RunResult> {
  const job = await loadJob(parts.db, historyIdOf(context.operation));
  if (job === undefined)
    throw new PushFailure('SNAPSHOT_EXPIRED', 'The tree of this push is no longer kept.');
  const recorded = new Set<string>();
  const progress = createProgress(context, job.totalItems);
  const stored = (outcomes: readonly ItemOutcome[]) => {
    for (const { item } of outcomes) recorded.add(item.sourceId);
    progress.stored(outcomes);
  };
  try {
    return await runPhases({ parts, context, job, trace, stored });
  } catch (thrown) {
    const failure = toPushFailure(thrown);
    if (failure instanceof PushFailure) trace.fatal = failure;
    await noteRejection(parts, job, failure);
    await skipRest({ parts, context, job, recorded, stored, failure });
    throw failure;
  }
}

interface RunOptions {
  readonly parts: PushParts;
  readonly context: Context;
  readonly job: PushJob;
  readonly trace: PushTrace;
  readonly stored: (outcomes: readonly ItemOutcome[]) => void;
}

async function runPhases(options: RunOptions): Promise<RunResult> {
  const { parts, context, job, trace } = options;
  const { signal } = context;
  const enter = (phase: 'validate' | 'plan' | 'overwrite' | 'push' | 'finalize', total?: number) => {
    signal.throwIfAborted();
    trace.phase = phase;
    context.enter(phase, total ?? null);
  };
  const calls = toCallOptions(parts, context);
  const preparing = { parts, request: job, calls, signal, enter, waitsForIntents: true };
  const prepared = await (job.planId === null ? prepare(preparing) : prepareStored(preparing, job.planId));
  trace.warnings.push(...prepared.warnings);

  if (job.overwrite === null) context.skip(['overwrite'], 'nothing is to be overwritten');
  else {
    enter('overwrite', prepared.plan.deletions.length);
    const { destroy } = job.overwrite;
    const { access, plan } = prepared;
    const { syncHistoryId } = job;
    await runOverwrite({ parts, context, access, syncHistoryId, ids: plan.deletions, destroy });
  }

  enter('push', job.totalItems);
  const stage = createStage(options, prepared);
  const chosen = job.chosen === null ? null : new Set(job.chosen);
  const items = prepared.plan.items.filter(({ item }) => chosen === null || chosen.has(item.sourceId));
  const { useBatch, pushConcurrency } = prepared.target;
  await pushItems(stage, items, {
    concurrency: Math.max(1, pushConcurrency),
    batchSize: (job.useBatch ?? useBatch) ? batchSize : 1,
  });

  enter('finalize', stage.doubted.size);
  await finalize(stage);
  await stage.recorder.settle();
  await flushHistory(parts, signal);
  return { message: `Pushed ${items.length} items`, stats: { sync_history_id: job.syncHistoryId } };
}

/** AL4, but nobody who cancels has to wait for tables that are away (PU20). */
async function flushHistory({ history }: PushParts, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const flushed = new AbortController();
  const stopped = once(signal, 'abort', { signal: flushed.signal }).catch(() => undefined);
  await Promise.race([history.flush(flushMs), stopped]);
  flushed.abort();
}

function createStage({ parts, context, job, trace, stored }: RunOptions, prepared: Prepared): Stage {
  const { syncHistoryId } = job;
  const recorder = new Recorder({ parts, context, syncHistoryId, key: prepared.access.key, stored });
  const stage: Stage = {
    parts,
    context,
    prepared,
    recorder,
    intents: new Intents({ recorder, clock: parts.clock, toRow: (planned) => toLedgerRow(stage, planned) }),
    placed: new Map(),
    lost: new Map(),
    doubted: new Map(),
    warn: (warning: PushWarning) => void trace.warnings.push(warning),
  };
  const chosen = job.chosen === null ? null : new Set(job.chosen);
  // Ancestors of what is retried: linked to, not pushed again (PU21).
  for (const { item, workItemId } of prepared.plan.items) {
    const isAncestor = chosen !== null && !chosen.has(item.sourceId);
    if (isAncestor && workItemId !== null) stage.placed.set(item.sourceId, workItemId);
  }
  return stage;
}

/** AZ19: nobody is to use these credentials before they were tested again. */
async function noteRejection(parts: PushParts, job: PushJob, failure: unknown): Promise<void> {
  if (!(failure instanceof PushFailure) || failure.pushCode !== 'UPSTREAM_AUTH_FAILED') return;
  try {
    await parts.rejected(job.connectionId, failure.message);
  } catch (because) {
    parts.log.warn({ err: because, connectionId: job.connectionId }, 'A connection could not be marked');
  }
}

interface Rest {
  readonly parts: PushParts;
  readonly context: Context;
  readonly job: PushJob;
  readonly recorded: ReadonlySet<string>;
  readonly stored: (outcomes: readonly ItemOutcome[]) => void;
  readonly failure: unknown;
}

/** In batches, so that the transaction of the end has little to do; where this fails, it does all of it. */
async function skipRest({ parts, context, job, recorded, stored, failure }: Rest): Promise<void> {
  try {
    const code = await toStopCode(parts, context, failure);
    const recorder = new Recorder({ parts, context, syncHistoryId: job.syncHistoryId, key: null, stored });
    const chosen = job.chosen === null ? null : new Set(job.chosen);
    for (const item of job.tree.items) {
      const isLeft = (chosen === null || chosen.has(item.sourceId)) && !recorded.has(item.sourceId);
      if (!isLeft) continue;
      recorder.record(skipped(item, code, toSkipReason(code))).catch(() => undefined);
      await recorder.room();
    }
    await recorder.settle();
  } catch (because) {
    parts.log.warn({ err: because, operationId: context.operation.id }, 'Skipped items are left to the end');
  }
}

/** A signal does not say why; the wish to cancel is in the operation's own row. */
async function toStopCode(
  parts: PushParts,
  { signal, operation }: Context,
  failure: unknown,
): Promise<string> {
  if (!signal.aborted) return failure instanceof PushFailure ? failure.pushCode : 'INTERNAL';
  const row = await findOperation(parts.db, operation.id);
  return row?.cancelRequestedAt == null ? 'INTERRUPTED' : 'CANCELLED';
}
