/** Changes a work item under the revision it was planned on; what changed meanwhile is looked at again (RC7). */
import { isSameValue } from '../plan/field-value.ts';
import { readParentId } from '../plan/parent-link.ts';
import { toUpdatePatch } from '../plan/patch.ts';
import type { PlannedItem } from '../planned.ts';
import { TrackerFailure, type TargetItem } from '../tracker.ts';
import { createItems } from './create-items.ts';
import { toFailed, toRefused, toUnchanged, toUpdated } from './outcomes.ts';
import { codeOf } from './push-failure.ts';
import { parentIdIn, performed, untouched, type Performed, type Stage } from './stage.ts';

/** How often an item that keeps changing is planned again. */
const mostReplans = 3;

export async function updateItem(stage: Stage, planned: PlannedItem): Promise<Performed> {
  let current = planned;
  for (let attempt = 0; ; attempt += 1) {
    if (current.action === 'create') return await createItems(stage, [current]);
    if (current.action === 'unchanged') return performed(toUnchanged(stage, current));
    if (current.action === 'blocked') {
      return performed(toFailed(stage, current, { code: 'BLOCKED', reason: current.reason }));
    }
    if (stage.context.signal.aborted) return untouched;
    const failure = await send(stage, current);
    if (!(failure instanceof TrackerFailure)) return failure;
    if (!isWorthALook(failure)) return toRefused(stage, current, failure);
    if (stage.context.signal.aborted) return performed(toLeft(stage, current, failure));

    const read = await readAgain(stage, current);
    if (read instanceof TrackerFailure) return toRefused(stage, current, read);
    const { fresh } = read;
    if (failure.isAmbiguous && fresh !== undefined && isApplied(stage, current, fresh)) {
      return performed(toUpdated(stage, current, fresh));
    }
    if (attempt === mostReplans) return performed(toLeft(stage, current, failure));
    // Nobody has touched it: the same patch, under the same revision, is still right.
    if (fresh !== undefined && failure.isAmbiguous && fresh.rev === current.rev) continue;
    const { replan, world } = stage.prepared;
    if (replan === null) return performed(toLeft(stage, current, failure));
    if (fresh !== undefined) world.existing.set(fresh.id, fresh);
    current = replan(current, fresh);
  }
}

/** The failure, or what came of it. */
async function send(stage: Stage, planned: PlannedItem): Promise<Performed | TrackerFailure> {
  const { access, world } = stage.prepared;
  const existing = world.existing.get(planned.workItemId ?? 0);
  if (planned.workItemId === null || existing === undefined || existing.rev !== planned.rev) {
    return toStale(planned);
  }
  const parentId = parentIdIn(stage, planned);
  const parentUrl = parentId === null ? null : access.tracker.workItemUrl(parentId);
  try {
    const patch = toUpdatePatch(planned, existing, parentUrl);
    const item = await access.tracker.update(planned.workItemId, patch, access.calls);
    world.existing.set(item.id, item);
    return performed(toUpdated(stage, planned, item));
  } catch (failure) {
    if (failure instanceof TrackerFailure) return failure;
    if (stage.context.signal.aborted) return untouched;
    throw failure;
  }
}

/** It has changed since the plan was made: nothing needs to be sent to know that. */
const toStale = ({ workItemId }: PlannedItem): TrackerFailure =>
  new TrackerFailure(`Work item ${workItemId} has changed since it was planned.`, {
    kind: 'stale',
    isAmbiguous: false,
  });

const isWorthALook = ({ kind, isAmbiguous }: TrackerFailure): boolean =>
  kind === 'stale' || kind === 'not-found' || (isAmbiguous && kind !== 'auth');

async function readAgain(
  { prepared, context }: Stage,
  { workItemId }: PlannedItem,
): Promise<{ readonly fresh: TargetItem | undefined } | TrackerFailure> {
  const { tracker, calls } = prepared.access;
  if (workItemId === null) return { fresh: undefined };
  try {
    return { fresh: (await tracker.readItems([workItemId], calls)).get(workItemId) };
  } catch (failure) {
    if (failure instanceof TrackerFailure) return failure;
    if (!context.signal.aborted) throw failure;
    return toStale({ workItemId } as PlannedItem);
  }
}

/** Whether all that the patch was to change is as it was to be. */
function isApplied(stage: Stage, planned: PlannedItem, fresh: TargetItem): boolean {
  return planned.changes.every(({ field, to }) =>
    field === 'parent'
      ? readParentId(fresh.relations) === parentIdIn(stage, planned)
      : isSameValue(field, to, fresh.fields[field]),
  );
}

/** Planned again as often as may be, or told to stop: the item is as somebody else left it, or in doubt. */
function toLeft(stage: Stage, planned: PlannedItem, failure: TrackerFailure) {
  const code = failure.isAmbiguous ? codeOf(failure) : 'REV_CONFLICT';
  return toFailed(stage, planned, { code, reason: failure.message, upstreamCode: failure.upstreamCode });
}
