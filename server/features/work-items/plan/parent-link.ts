/** The one relation that makes a tree of work items: from a child to its parent (AZ13). */
import type { TargetRelation } from '../tracker.ts';

export const parentRelation = 'System.LinkTypes.Hierarchy-Reverse';

/** Null for an item that hangs on nothing. */
export function readParentId(relations: readonly TargetRelation[]): number | null {
  const url = relations.find(({ rel }) => rel === parentRelation)?.url ?? '';
  const id = /\/workitems\/(\d+)\/?$/i.exec(url)?.[1];
  return id === undefined ? null : Number(id);
}
