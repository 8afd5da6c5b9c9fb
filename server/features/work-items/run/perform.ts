/** Decides what is done with a unit right now, and does it: ancestors first, then the plan (PU18, PL7). */
import type { PlannedItem } from '../planned.ts';
import { createItems } from './create-items.ts';
import { skipped, type ItemOutcome } from './item-outcome.ts';
import { toAmbiguous, toFailed, toUnchanged } from './outcomes.ts';
import { performed, type Performed, type Stage } from './stage.ts';
import type { Unit } from './units.ts';
import { updateItem } from './update-item.ts';

export async function perform(stage: Stage, { items }: Unit): Promise<Performed> {
  const [first] = items;
  // Siblings of one unit share their parent, and are all of them new.
  const loss = findLostParent(stage, first);
  if (loss !== null) return performed(...items.map((planned) => loss(planned)));
  const hindered = items.map((planned) => findHindrance(stage, planned));
  if (hindered.every((outcome) => outcome === null)) return await carryOut(stage, items);
  const all: ItemOutcome[] = [];
  for (const [index, planned] of items.entries()) {
    const outcome = hindered[index];
    if (outcome !== null && outcome !== undefined) {
      all.push(outcome);
      continue;
    }
    const one = await carryOut(stage, [planned]);
    all.push(...one.outcomes);
    if (one.fatal !== null || one.outcomes.length === 0) return { outcomes: all, fatal: one.fatal };
  }
  return performed(...all);
}

async function carryOut(stage: Stage, items: Unit['items']): Promise<Performed> {
  const [first] = items;
  switch (first.action) {
    case 'create':
      return await createItems(stage, items);
    case 'update':
      return await updateItem(stage, first);
    case 'unchanged':
      return performed(toUnchanged(stage, first));
    case 'blocked':
      return performed(toFailed(stage, first, { code: 'BLOCKED', reason: first.reason }));
    default:
      return first.action satisfies never;
  }
}

function findLostParent(
  stage: Stage,
  { item: { parentId } }: PlannedItem,
): ((planned: PlannedItem) => ItemOutcome) | null {
  if (parentId === null) return null;
  const ancestor = stage.lost.get(parentId);
  if (ancestor === undefined) return null;
  return ({ item }) => ({
    ...skipped(
      item,
      'PARENT_FAILED',
      `"${ancestor.name}" (${ancestor.sourceId}), which it belongs to, failed.`,
    ),
    dropped: stage.intents.find(item.sourceId),
  });
}

/** What the plan could not know, or did not promise any more. */
function findHindrance(stage: Stage, planned: PlannedItem): ItemOutcome | null {
  const { world, replan } = stage.prepared;
  const { sourceId, parentId } = planned.item;
  const cause = world.undecided.get(sourceId);
  if (cause !== undefined) return toAmbiguous(stage, planned, cause);
  if (planned.action !== 'blocked' && parentId !== null && !stage.placed.has(parentId)) {
    const reason = `Its parent ${parentId} is not in Azure DevOps and not part of this push.`;
    return toFailed(stage, planned, { code: 'BLOCKED', reason });
  }
  if (replan === null && hasDrifted(stage, planned)) {
    const reason = 'It has changed in Azure DevOps since the plan was made; plan again.';
    return toFailed(stage, planned, { code: 'REV_CONFLICT', reason });
  }
  return null;
}

/** PL5: of a plan that is applied as it is. */
function hasDrifted({ prepared: { world } }: Stage, { action, item, workItemId, rev }: PlannedItem): boolean {
  if (action === 'blocked') return false;
  if (workItemId !== null) return world.existing.get(workItemId)?.rev !== rev;
  const row = world.ledger.get(item.sourceId);
  const isThere = row?.state === 'present' && row.workItemId !== null && world.existing.has(row.workItemId);
  return isThere || (world.byMarker.get(item.sourceId) ?? []).length > 0;
}
