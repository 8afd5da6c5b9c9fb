/** Two work items with one marker, made by one push because a look-up was late: the superfluous one is taken away (RC6). */
import type { PlannedItem } from '../planned.ts';
import { TrackerFailure, type TargetItem } from '../tracker.ts';
import { toSoughtItem, type Stage } from './stage.ts';

const childRelation = 'System.LinkTypes.Hierarchy-Forward';

/**
 * Answers the work item that stays. Whatever is found now did not exist when the push was planned, so all of it was
 * made by this push; only what nobody has touched since is taken away.
 */
export async function removeDuplicates(
  stage: Stage,
  planned: PlannedItem,
  known: TargetItem,
): Promise<TargetItem> {
  const { lookUp } = stage.prepared.world;
  try {
    const found = (await lookUp.find([toSoughtItem(stage, planned)])).get(planned.item.sourceId) ?? [];
    const all = found.some(({ id }) => id === known.id) ? found : [...found, known];
    return all.length < 2 ? known : await keepOne(stage, planned, all);
  } catch (failure) {
    if (!(failure instanceof TrackerFailure) && !stage.context.signal.aborted) throw failure;
    stage.warn({
      code: 'look_up_failed',
      message: `Whether "${planned.item.name}" was created twice could not be checked: ${messageOf(failure)}`,
      ardoqId: planned.item.sourceId,
    });
    return known;
  }
}

async function keepOne(stage: Stage, planned: PlannedItem, all: readonly TargetItem[]): Promise<TargetItem> {
  const kept = chooseKept(all);
  const superfluous = all.filter(({ id }) => id !== kept.id);
  const removable = superfluous.filter(isUntouched);
  const removed = await remove(stage, removable);
  for (const { id } of superfluous) {
    stage.warn({
      code: removed.has(id) ? 'duplicate_removed' : 'duplicate_left',
      message: removed.has(id)
        ? `"${planned.item.name}" had been created twice: work item ${id} is in the recycle bin, ${kept.id} stays.`
        : `"${planned.item.name}" exists twice, as work items ${kept.id} and ${id}; delete the one that is not it.`,
      ardoqId: planned.item.sourceId,
    });
  }
  return kept;
}

/** The oldest, unless only the oldest can go without taking anything along. */
function chooseKept(all: readonly TargetItem[]): TargetItem {
  const byAge = all.toSorted((one, other) => one.id - other.id);
  const [oldest, ...later] = byAge;
  if (oldest === undefined) throw new Error('Nothing to choose from');
  const touched = later.find((item) => !isUntouched(item));
  return touched !== undefined && isUntouched(oldest) ? touched : oldest;
}

const isUntouched = ({ rev, relations }: TargetItem): boolean =>
  rev === 1 && relations.every(({ rel }) => rel !== childRelation);

/** To the recycle bin; answers what is gone. */
async function remove({ prepared }: Stage, items: readonly TargetItem[]): Promise<ReadonlySet<number>> {
  if (items.length === 0) return new Set();
  const { tracker, project, calls } = prepared.access;
  const ids = items.map(({ id }) => id);
  const deletions = await tracker.delete(project, ids, { destroy: false }, calls);
  return new Set(deletions.flatMap(({ id, outcome }) => (outcome === 'failed' ? [] : [id])));
}

const messageOf = (failure: unknown): string =>
  failure instanceof Error ? failure.message : String(failure);
