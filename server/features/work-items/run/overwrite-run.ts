/** Deletes what an overwrite is to delete, before anything is created (PU30 to PU36). */
import type { EventDraft } from '../../../../shared/events/index.ts';
import { toTimestamp } from '../../../../shared/ids.ts';
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import { TrackerFailure, type Deletion } from '../tracker.ts';
import { writeWithPatience } from './database-patience.ts';
import { toFrame } from './item-outcome.ts';
import { buryDeleted } from './ledger-store.ts';
import { codeOf, isFatal, PushFailure, reasonOf } from './push-failure.ts';
import type { PushParts } from './push-parts.ts';
import { setDeleted } from './push-store.ts';
import type { TargetAccess } from './target-access.ts';

export interface OverwriteOptions {
  readonly parts: PushParts;
  readonly context: OperationContext<StoredOperation>;
  readonly access: TargetAccess;
  readonly syncHistoryId: string;
  readonly ids: readonly number[];
  readonly destroy: boolean;
}

/** The most that one call takes (AZ8). */
const chunkSize = 200;
const mostAttempts = 3;

export async function runOverwrite(options: OverwriteOptions): Promise<void> {
  const { ids, context } = options;
  const total = ids.length;
  await tell(options, 'overwrite:started', {
    message: 'Deleting what is there before it is created afresh.',
  });
  if (total === 0)
    return await tell(options, 'overwrite:no-items', { message: 'There is nothing to delete.' });
  await tell(options, 'overwrite:deleting', { message: `Deleting ${total} work items.`, count: total });

  const totalChunks = Math.ceil(total / chunkSize);
  let deleted = 0;
  for (let chunk = 0; chunk < totalChunks; chunk += 1) {
    context.signal.throwIfAborted();
    const some = ids.slice(chunk * chunkSize, (chunk + 1) * chunkSize);
    const deletions = await deleteSome(options, some);
    deleted += deletions.filter(({ outcome }) => outcome === 'deleted').length;
    await record(options, { deletions, deleted, total, currentChunk: chunk + 1, totalChunks });
    const failed = deletions.filter(({ outcome }) => outcome === 'failed');
    if (failed.length > 0) await fail(options, failed);
  }
  await tell(options, 'overwrite:deleted', { message: `Deleted ${deleted} work items.`, count: deleted });
  context.signal.throwIfAborted();
}

/** A deletion whose answer was lost is looked at before it is asked for again (AZ20). */
async function deleteSome(
  { access, destroy, context }: OverwriteOptions,
  ids: readonly number[],
): Promise<readonly Deletion[]> {
  const done: Deletion[] = [];
  let open = ids;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answers = await access.tracker.delete(access.project, open, { destroy }, access.calls);
      return [...done, ...answers];
    } catch (failure) {
      if (!(failure instanceof TrackerFailure)) throw failure;
      if (isFatal(failure) && !failure.isAmbiguous) throw failure;
      const left = await readLeft(access, open, failure);
      const gone = open.filter((id) => !left.has(id));
      done.push(...gone.map((id) => ({ id, outcome: 'deleted' as const, code: '200', message: '' })));
      open = open.filter((id) => left.has(id));
      if (open.length === 0) return done;
      const isOver = attempt === mostAttempts || isFatal(failure) || context.signal.aborted;
      if (isOver || !failure.isAmbiguous)
        return [...done, ...open.map((id) => toFailedDeletion(id, failure))];
    }
  }
}

const toFailedDeletion = (id: number, failure: TrackerFailure): Deletion => ({
  id,
  outcome: 'failed',
  code: failure.upstreamCode ?? codeOf(failure),
  message: reasonOf(failure),
});

/** What cannot be read is not known to be gone. */
async function readLeft(
  { tracker, calls }: TargetAccess,
  ids: readonly number[],
  failure: TrackerFailure,
): Promise<ReadonlySet<number>> {
  if (!failure.isAmbiguous) return new Set(ids);
  try {
    return new Set((await tracker.readItems(ids, calls)).keys());
  } catch {
    // Reported with the failure that made the look necessary.
    return new Set(ids);
  }
}

interface Chunk {
  readonly deletions: readonly Deletion[];
  readonly deleted: number;
  readonly total: number;
  readonly currentChunk: number;
  readonly totalChunks: number;
}

/** PU35: tombstones, the count and its event are one transaction. */
async function record(options: OverwriteOptions, chunk: Chunk): Promise<void> {
  const { parts, context, access, syncHistoryId } = options;
  const { deletions, deleted, total, currentChunk, totalChunks } = chunk;
  const gone = deletions.flatMap(({ id, outcome }) => (outcome === 'failed' ? [] : [id]));
  const failed = deletions
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ id, code, message }) => ({ id, code, message }));
  const at = parts.clock.now();
  const message = `Deleted ${deleted} of ${total} work items.`;
  const data = { message, deleted, total, currentChunk, totalChunks, failed };
  await writeWithPatience(context, parts, async (tx, emit) => {
    await buryDeleted(tx, access.key, gone, { operationId: context.operation.id, at });
    await setDeleted(tx, syncHistoryId, deleted);
    emit(toDraft(options, 'overwrite:progress', data));
  });
  const confirmed = deletions.filter(({ outcome }) => outcome === 'deleted').length;
  parts.history.deleted(syncHistoryId, confirmed);
  context.count('itemsDeleted', confirmed);
  context.progress(currentChunk * chunkSize, { deleted }, total);
}

/** PU34. */
async function fail(options: OverwriteOptions, failed: readonly Deletion[]): Promise<never> {
  const named = failed.map(({ id, code, message }) => `${id} (${code}: ${message})`);
  const error = `${failed.length} work items could not be deleted: ${named.slice(0, 20).join(', ')}${named.length > 20 ? ', …' : ''}`;
  const message = `${error}. Nothing was created. Delete them by hand (test cases, plans and suites in Test Plans), then push again.`;
  await tell(options, 'overwrite:error', { error, message, code: 'OVERWRITE_FAILED' });
  throw new PushFailure('OVERWRITE_FAILED', error);
}

type OverwriteEvent = Extract<EventDraft, { type: `overwrite:${string}` }>;
type Facts<T extends OverwriteEvent['type']> = Omit<
  Extract<OverwriteEvent, { type: T }>['data'],
  'timestamp' | 'syncHistoryId'
>;

async function tell<T extends OverwriteEvent['type']>(
  options: OverwriteOptions,
  type: T,
  facts: Facts<T>,
): Promise<void> {
  await writeWithPatience(options.context, options.parts, async (_tx, emit) =>
    emit(toDraft(options, type, facts)),
  );
}

function toDraft<T extends OverwriteEvent['type']>(
  { parts, context, syncHistoryId }: OverwriteOptions,
  type: T,
  facts: Facts<T>,
): EventDraft {
  const speaker = { operation: context.operation, syncHistoryId };
  const data = { timestamp: toTimestamp(parts.clock.now()), syncHistoryId, ...facts };
  return { ...toFrame(speaker), type, data } as EventDraft;
}
