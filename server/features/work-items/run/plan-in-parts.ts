/** Maps and plans a large tree a few epics at a time, so that nothing else in the server waits for it (DX13). */
import { setImmediate } from 'node:timers/promises';
import type { PushWarning, SourceItem, SourceTree } from '../../../../shared/work-items.ts';
import { mapTree } from '../mapping/map-tree.ts';
import { planPush } from '../plan/plan-push.ts';
import type { MapInput, MappedItem, PlanInput, PushPlan } from '../planned.ts';

const itemsInPart = 100;

export async function mapInParts(
  input: MapInput,
  signal: AbortSignal,
): Promise<{ mapped: ReadonlyMap<string, MappedItem>; warnings: readonly PushWarning[] }> {
  const mapped = new Map<string, MappedItem>();
  const warnings: PushWarning[] = [];
  for (const tree of splitTree(input.tree, itemsInPart)) {
    const part = mapTree({ ...input, tree });
    for (const [sourceId, item] of part.mapped) mapped.set(sourceId, item);
    warnings.push(...part.warnings);
    await rest(signal);
  }
  return { mapped, warnings: distinct(warnings) };
}

export async function planInParts(input: PlanInput, signal: AbortSignal): Promise<PushPlan> {
  const items: PushPlan['items'][number][] = [];
  const warnings: PushWarning[] = [...input.tree.warnings];
  for (const tree of splitTree(input.tree, itemsInPart)) {
    const part = planPush({ ...input, tree });
    items.push(...part.items);
    warnings.push(...part.warnings);
    await rest(signal);
  }
  return { items, deletions: [...input.deletions], warnings };
}

/** Whole families in source order, at least `size` items each but for the last; the tree's own warnings stay behind. */
export function splitTree(tree: SourceTree, size: number): readonly SourceTree[] {
  const parts: SourceItem[][] = [];
  for (const item of tree.items) {
    const last = parts.at(-1);
    const begins = last === undefined || (item.parentId === null && last.length >= size);
    if (begins) parts.push([item]);
    else last.push(item);
  }
  return parts.map((items) => ({ ...tree, items, warnings: [] }));
}

async function rest(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

/** What concerns a whole type is said once, in however many parts it was met. */
const distinct = (warnings: readonly PushWarning[]): readonly PushWarning[] => [
  ...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values(),
];
