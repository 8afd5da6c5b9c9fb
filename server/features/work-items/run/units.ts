/** What is sent in one go: one item, or siblings that are made by one batch (AZ14, AZ22). */
import type { PlannedItem } from '../planned.ts';

export interface Unit {
  readonly parentId: string | null;
  /** More than one only of creates. */
  readonly items: readonly [PlannedItem, ...PlannedItem[]];
}

/** In source order; neighbours share a unit when they are new children of one parent. */
export function toUnits(items: readonly PlannedItem[], batchSize: number): readonly Unit[] {
  const units: { parentId: string | null; items: [PlannedItem, ...PlannedItem[]] }[] = [];
  for (const planned of items) {
    const last = units.at(-1);
    const { parentId } = planned.item;
    const joins =
      last !== undefined &&
      last.items.length < batchSize &&
      last.parentId === parentId &&
      planned.action === 'create' &&
      last.items[0].action === 'create';
    if (joins) last.items.push(planned);
    else units.push({ parentId, items: [planned] });
  }
  return units;
}
