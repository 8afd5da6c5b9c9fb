/** Outcomes of single items, made from what a call came to. */
import type { TargetItem, TrackerFailure } from '../tracker.ts';
import type { PlannedItem } from '../planned.ts';
import type { ItemOutcome } from './item-outcome.ts';
import { codeOf, isFatal, PushFailure, reasonOf } from './push-failure.ts';
import { performed, toPresentRow, type Performed, type Stage } from './stage.ts';

const toPlace = ({ id, htmlUrl, changedBy }: TargetItem) => ({ workItemId: id, url: htmlUrl, changedBy });

export const toCreated = (stage: Stage, planned: PlannedItem, item: TargetItem): ItemOutcome => ({
  item: planned.item,
  end: { status: 'created', ...toPlace(item) },
  present: toPresentRow(stage, planned, item),
  dropped: null,
});

export const toUpdated = (stage: Stage, planned: PlannedItem, item: TargetItem): ItemOutcome => ({
  item: planned.item,
  end: {
    status: 'updated',
    ...toPlace(item),
    changedFields: planned.changes.map(({ field }) => field),
    rev: item.rev,
  },
  present: toPresentRow(stage, planned, item),
  dropped: null,
});

/** The ledger is written only if it does not say so already: an unchanged item costs next to nothing. */
export function toUnchanged(stage: Stage, planned: PlannedItem): ItemOutcome {
  const { workItemId, rev, url, changedBy, item, contentHash } = planned;
  if (workItemId === null || rev === null) throw new Error(`Item ${item.sourceId} is unchanged and nowhere`);
  const entry = stage.prepared.world.ledger.get(item.sourceId);
  const isKnown =
    entry?.state === 'present' && entry.workItemId === workItemId && entry.contentHash === contentHash;
  return {
    item,
    end: { status: 'unchanged', workItemId, url: url ?? '', changedBy },
    present: isKnown ? null : toPresentRow(stage, planned, { id: workItemId, rev }),
    dropped: null,
  };
}

interface Cause {
  readonly code: string;
  readonly reason: string;
  readonly upstreamCode?: string | null;
  /** Its create may have taken effect: the intent stays, and the next push looks it up (RC4). */
  readonly isInDoubt?: boolean;
}

export const toFailed = (
  stage: Stage,
  { item, workItemId, url }: PlannedItem,
  { code, reason, upstreamCode = null, isInDoubt = false }: Cause,
): ItemOutcome => ({
  item,
  end: { status: 'failed', code, reason, upstreamCode, workItemId, url },
  present: null,
  dropped: isInDoubt ? null : stage.intents.find(item.sourceId),
});

/** A call that was refused, or failed without taking effect; or in doubt, and nobody can tell. */
export function toRefused(stage: Stage, planned: PlannedItem, failure: TrackerFailure): Performed {
  const outcome = toFailed(stage, planned, {
    code: codeOf(failure),
    reason: reasonOf(failure),
    upstreamCode: failure.upstreamCode,
    isInDoubt: failure.isAmbiguous,
  });
  if (!isFatal(failure)) return performed(outcome);
  return {
    outcomes: [outcome],
    fatal: new PushFailure(codeOf(failure), reasonOf(failure), { cause: failure }),
  };
}

export const toAmbiguous = (stage: Stage, planned: PlannedItem, because: string): ItemOutcome =>
  toFailed(stage, planned, {
    code: 'AMBIGUOUS',
    reason: `It may have been created, and could not be looked for: ${because} The next push looks for it first.`,
    isInDoubt: true,
  });
