/** Which of the target's types an item becomes: by category, never by name (FM1). */
import type { ItemType } from '../../../../shared/work-items.ts';
import type { TargetTypes, TargetWorkItemType } from '../tracker.ts';

export type TypeChoice =
  { readonly type: TargetWorkItemType } | { readonly type: null; readonly reason: string };

/** Where there is no category of features (Basic), each level below the epic moves down by one. */
export function chooseType(level: ItemType, parent: ItemType | null, types: TargetTypes): TypeChoice {
  const [category, type] = findType(level, parent, types);
  if (type !== null) return { type };
  return { type: null, reason: `The project's process has no work item type in its ${category} category.` };
}

function findType(
  level: ItemType,
  parent: ItemType | null,
  { epic, feature, requirement, task }: TargetTypes,
): readonly [category: string, type: TargetWorkItemType | null] {
  if (level === 'epic') return ['Epic', epic];
  if (level === 'feature')
    return feature === null ? ['Feature or Requirement', requirement] : ['Feature', feature];
  if (feature === null && parent === 'feature') return ['Task', task];
  return ['Requirement', requirement];
}
