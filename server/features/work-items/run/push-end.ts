/** The end of a push, however it came: what is left is skipped, one terminal event, and counts that add up (PU19, RC9, EV25). */
import { toTimestamp } from '../../../../shared/ids.ts';
import type { Counters } from '../../../../shared/operations.ts';
import type { PushOutcome, PushSummary, PushWarning } from '../../../../shared/work-items.ts';
import type { Emit } from '../../../core/journal.ts';
import type { Ending, StoredOperation } from '../../../core/workflow.ts';
import type { Transaction } from '../../../db/open.ts';
import type { PushEnd } from '../push-history.ts';
import { skipped, toFrame, toItemDraft, toPushedItem, toResult, type Speaker } from './item-outcome.ts';
import { toPushCode, type PushFailure } from './push-failure.ts';
import type { PushParts } from './push-parts.ts';
import { loadJob, loadJobFacts, type PushJobFacts } from './push-store.ts';
import { insertResults, loadResults, summarize } from './result-store.ts';
import { toSkipReason } from './skip-reason.ts';

/** What only the process that ran it knows; absent after a crash. */
export interface PushTrace {
  phase: string;
  fatal: PushFailure | null;
  readonly warnings: PushWarning[];
}

export interface EndOptions {
  readonly parts: PushParts;
  readonly operation: StoredOperation;
  readonly syncHistoryId: string;
  readonly ending: Ending;
  readonly trace: PushTrace | undefined;
  readonly emit: Emit;
}

/** Answers the figures of the operation: items skipped here, or before a crash, were not counted on the way (PU19). */
export async function endPush(tx: Transaction, options: EndOptions): Promise<Counters> {
  const { parts, operation, syncHistoryId, emit } = options;
  const job = await loadJobFacts(tx, syncHistoryId);
  if (job === undefined) return {};
  const verdict = toVerdict(options);
  const summary = await completeResults(tx, options, { job, verdict });

  const at = parts.clock.now();
  const { status, outcome } = toStanding(options.ending, summary);
  const facts = { timestamp: toTimestamp(at), syncHistoryId, summary, deleted: job.deleted };
  const frame = toFrame({ operation, syncHistoryId });
  if (verdict === null) {
    const warnings = toTold(options.trace?.warnings ?? []);
    emit({ ...frame, type: 'sync:complete', data: { ...facts, status, outcome, warnings } });
  } else {
    const { code, error } = verdict;
    emit({ ...frame, type: 'sync:error', data: { ...facts, error, code } });
  }
  const failure = verdict ?? (status === 'failed' ? allFailed : null);
  parts.history.end(syncHistoryId, {
    status,
    outcome,
    error: failure?.error ?? null,
    errorCode: failure?.code ?? null,
    deleted: job.deleted,
    at,
  });
  recordAct(options, { status, outcome, summary, deleted: job.deleted, failure });
  return toCounters(summary, job.deleted);
}

function toCounters(summary: PushSummary, deleted: number): Counters {
  const counters: Counters = {
    itemsCreated: summary.created,
    itemsUpdated: summary.updated,
    itemsUnchanged: summary.unchanged,
    itemsFailed: summary.failed,
    itemsSkipped: summary.skipped,
    itemsDeleted: deleted,
  };
  // As they are counted: what never happened is not named.
  return Object.fromEntries(Object.entries(counters).filter(([, count]) => count > 0));
}

/** One event must stay small enough to be streamed; plans and rows say the rest. */
const mostWarnings = 200;

function toTold(warnings: readonly PushWarning[]): PushWarning[] {
  if (warnings.length <= mostWarnings) return [...warnings];
  const left = warnings.length - mostWarnings;
  const rest = { code: 'more_warnings', message: `There are ${left} more warnings like these.` };
  return [...warnings.slice(0, mostWarnings), rest];
}

interface Verdict {
  readonly error: string;
  readonly code: string;
}

const allFailed = { error: 'No item could be pushed; each says why.', code: null };

/** Null for a push that came to its own end. */
function toVerdict({ ending, trace }: EndOptions): Verdict | null {
  if (ending.status === 'completed') return null;
  if (ending.status === 'cancelled') return { error: 'The push was cancelled.', code: 'CANCELLED' };
  if (ending.errorCode === 'interrupted') {
    return {
      error: 'The push was interrupted: the server that ran it stopped. Retry what is unfinished.',
      code: 'INTERRUPTED',
    };
  }
  const { fatal = null } = trace ?? {};
  return { error: fatal?.message ?? ending.error, code: fatal?.pushCode ?? toPushCode(ending.errorCode) };
}

interface Remaining {
  readonly job: PushJobFacts;
  readonly verdict: Verdict | null;
}

/** Records what is left as skipped; normally nothing is, since a run that is told to stop does so itself. */
async function completeResults(
  tx: Transaction,
  { parts, operation, syncHistoryId, emit }: EndOptions,
  { job, verdict }: Remaining,
): Promise<PushSummary> {
  const summary = await summarize(tx, syncHistoryId);
  if (summary.total >= job.totalItems) return summary;
  const whole = await loadJob(tx, syncHistoryId);
  if (whole === undefined) return summary;
  const results = await loadResults(tx, syncHistoryId);
  const chosen = whole.chosen === null ? null : new Set(whole.chosen);
  const at = parts.clock.now();
  const speaker: Speaker = { operation, syncHistoryId };
  const left = whole.tree.items
    .filter(({ sourceId }) => (chosen === null || chosen.has(sourceId)) && !results.has(sourceId))
    .map((item) => skipped(item, verdict?.code ?? 'INTERNAL', toSkipReason(verdict?.code ?? 'INTERNAL')));
  for (let from = 0; from < left.length; from += groupSize) {
    await insertResults(tx, syncHistoryId, left.slice(from, from + groupSize).map(toResult));
  }
  for (const outcome of left) {
    emit(toItemDraft(speaker, outcome, at));
    parts.history.item(syncHistoryId, toPushedItem(outcome, at));
  }
  return await summarize(tx, syncHistoryId);
}

const groupSize = 1000;

/** HI4. */
function toStanding(
  ending: Ending,
  { total, created, updated, unchanged, failed, skipped: left }: PushSummary,
): Pick<PushEnd, 'status' | 'outcome'> {
  const succeeded = created + updated + unchanged;
  const isWhole = ending.status === 'completed' && failed === 0 && left === 0;
  const partly: PushOutcome = total > 0 && succeeded === 0 ? 'failed' : 'partial';
  const outcome: PushOutcome = isWhole ? 'succeeded' : partly;
  if (ending.status !== 'completed') return { status: ending.status, outcome };
  return { status: total > 0 && succeeded === 0 ? 'failed' : 'completed', outcome };
}

interface Act extends Pick<PushEnd, 'status' | 'outcome' | 'deleted'> {
  readonly summary: PushSummary;
  readonly failure: Verdict | typeof allFailed | null;
}

/** AL3, AL4: a push whose status is `failed` has `sync_failed`, whatever its last event was. */
function recordAct(
  { parts, syncHistoryId, trace }: EndOptions,
  { status, outcome, summary, deleted, failure }: Act,
): void {
  const { total, created, updated, unchanged, failed, skipped: left } = summary;
  const counts = {
    total_items: total,
    items_created: created,
    items_updated: updated,
    items_unchanged: unchanged,
    items_failed: failed,
    items_skipped: left,
    deletion_count: deleted,
  };
  const act = { entity: 'sync', entityId: syncHistoryId, origin: null } as const;
  if (status === 'completed') {
    parts.record({ ...act, action: 'sync_completed', details: { ...counts, outcome } });
  } else if (status === 'cancelled') {
    const details = { counts, phase: trace?.phase ?? 'queued' };
    parts.record({ ...act, action: 'sync_cancelled', details });
  } else {
    const details = { error: failure?.error ?? null, code: failure?.code ?? null, counts };
    parts.record({ ...act, action: 'sync_failed', details });
  }
}
