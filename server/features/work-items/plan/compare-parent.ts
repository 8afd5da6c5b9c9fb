/** Whether a work item hangs where its source says, and what has to change if not. */
import type { SourceItem } from '../../../../shared/work-items.ts';
import type { LedgerEntry, PlanInput, PlannedItem } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';
import { readParentId } from './parent-link.ts';

/** Work item ids; a parent that is yet to be made is named by its source id. */
export interface ParentChange {
  readonly from: number | null;
  readonly to: number | string | null;
}

export function compareParent(
  { ledger }: PlanInput,
  { parentId }: SourceItem,
  { target, ledger: own }: { readonly target: TargetItem; readonly ledger: LedgerEntry | null },
  planned: ReadonlyMap<string, PlannedItem>,
): ParentChange | null {
  const current = readParentId(target.relations);
  if (parentId === null) {
    // Whoever put a root of ours under something meant it; only the link that we made ourselves is taken back.
    const former = own?.parentSourceId ?? null;
    const isOurs = former !== null && current !== null && ledger.get(former)?.workItemId === current;
    return isOurs ? { from: current, to: null } : null;
  }
  const parent = planned.get(parentId);
  const wanted =
    parent === undefined ? (ledger.get(parentId)?.workItemId ?? parentId) : (parent.workItemId ?? parentId);
  return wanted === current ? null : { from: current, to: wanted };
}
