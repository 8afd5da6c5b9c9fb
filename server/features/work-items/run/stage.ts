/** What the parts of one running push share: where things are, what is known, and how results are written down. */
import type { PushWarning, SourceItem } from '../../../../shared/work-items.ts';
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import type { PlannedItem } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';
import type { Intents } from './intents.ts';
import type { ItemOutcome } from './item-outcome.ts';
import type { LedgerRow, PresentRow } from './ledger-store.ts';
import type { Sought } from './look-up.ts';
import type { Prepared } from './preparation.ts';
import type { PushFailure } from './push-failure.ts';
import type { PushParts } from './push-parts.ts';
import type { Recorder } from './recorder.ts';

export interface Stage {
  readonly parts: PushParts;
  readonly context: OperationContext<StoredOperation>;
  readonly prepared: Prepared;
  readonly recorder: Recorder;
  readonly intents: Intents;
  /** Work item ids by source id: what children can be linked to. */
  readonly placed: Map<string, number>;
  /** By source id of what could not be pushed: the ancestor, or itself, that failed. */
  readonly lost: Map<string, SourceItem>;
  /** Creates whose answer was lost: looked at once more in the end (RC6). */
  readonly doubted: Map<string, PlannedItem>;
  readonly warn: (warning: PushWarning) => void;
}

/** What came of a unit; an item without an outcome was not touched, because the push was told to stop. */
export interface Performed {
  readonly outcomes: readonly ItemOutcome[];
  /** Concerns all items: the push ends (PU22). */
  readonly fatal: PushFailure | null;
}

export const untouched: Performed = { outcomes: [], fatal: null };

export const performed = (...outcomes: readonly ItemOutcome[]): Performed => ({ outcomes, fatal: null });

export function joinPerformed(all: readonly Performed[]): Performed {
  return {
    outcomes: all.flatMap(({ outcomes }) => outcomes),
    fatal: all.find(({ fatal }) => fatal !== null)?.fatal ?? null,
  };
}

export const parentIdIn = ({ placed }: Stage, { item }: PlannedItem): number | null =>
  item.parentId === null ? null : (placed.get(item.parentId) ?? null);

export function toLedgerRow(stage: Stage, planned: PlannedItem): LedgerRow {
  const { item, targetType, contentHash, fieldHashes } = planned;
  return {
    sourceId: item.sourceId,
    workItemType: targetType,
    parentSourceId: item.parentId,
    contentHash,
    fieldHashes,
    marker: stage.prepared.access.markerOf(item.sourceId),
    intentId: null,
    intentAt: null,
  };
}

export function toPresentRow(
  stage: Stage,
  planned: PlannedItem,
  { id, rev }: Pick<TargetItem, 'id' | 'rev'>,
): PresentRow {
  const parentWorkItemId = parentIdIn(stage, planned);
  return { ...toLedgerRow(stage, planned), workItemId: id, rev, parentWorkItemId };
}

export const toSoughtItem = ({ intents }: Stage, planned: PlannedItem): Sought => ({
  sourceId: planned.item.sourceId,
  type: planned.targetType,
  title: planned.title,
  since: intents.since(planned.item.sourceId),
});
