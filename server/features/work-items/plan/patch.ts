/** The patches that carry a plan out: what a create and an update send, and nothing else (AZ2, AZ3). */
import type { PlannedItem } from '../planned.ts';
import type { PatchOperation, TargetItem } from '../tracker.ts';
import { markerComment, markerRelation } from './marker.ts';
import { parentRelation } from './parent-link.ts';

export interface CreatePatchOptions {
  /** As the tracker writes it; null for an item without a parent. */
  readonly parentUrl: string | null;
  readonly markerUrl: string;
  /** RC3: where the source key is written too. */
  readonly markerField: { readonly referenceName: string; readonly sourceKey: string } | null;
}

/** All mapped fields, the parent, and the marker: nothing made by us is ever without it (RC3). */
export function toCreatePatch(
  { fields }: PlannedItem,
  { parentUrl, markerUrl, markerField }: CreatePatchOptions,
): PatchOperation[] {
  const key = markerField?.referenceName.toLowerCase();
  const mapped = Object.entries(fields)
    .filter(([name, value]) => value !== null && value !== undefined && name.toLowerCase() !== key)
    .map(([name, value]): PatchOperation => ({ op: 'add', path: toFieldPath(name), value }));
  return [
    ...mapped,
    ...(markerField === null
      ? []
      : [{ op: 'add' as const, path: toFieldPath(markerField.referenceName), value: markerField.sourceKey }]),
    ...(parentUrl === null ? [] : [addRelation(parentRelation, parentUrl, {})]),
    addRelation(markerRelation, markerUrl, { comment: markerComment }),
  ];
}

/**
 * Begins with the revision that was planned on: relations are removed by index, and whatever changed in between must
 * be looked at first (AZ3, RC7). `current` is the item as it was read at that revision.
 */
export function toUpdatePatch(
  { rev, changes, movesParent }: PlannedItem,
  current: Pick<TargetItem, 'rev' | 'relations'>,
  parentUrl: string | null,
): PatchOperation[] {
  return [
    { op: 'test', path: '/rev', value: rev ?? current.rev },
    ...changes.filter(({ field }) => field !== 'parent').map(({ field, to }) => toFieldChange(field, to)),
    ...(movesParent ? moveParent(current, parentUrl) : []),
  ];
}

const toFieldPath = (referenceName: string): string => `/fields/${referenceName}`;

const toFieldChange = (field: string, value: unknown): PatchOperation =>
  value === null || value === undefined
    ? { op: 'remove', path: toFieldPath(field) }
    : { op: 'add', path: toFieldPath(field), value };

/** One parent only: the old link goes in the same patch, from the end, so that no index moves under the next. */
function moveParent(
  { relations }: Pick<TargetItem, 'relations'>,
  parentUrl: string | null,
): PatchOperation[] {
  const removals = relations
    .flatMap(({ rel }, index) => (rel === parentRelation ? [index] : []))
    .reverse()
    .map((index): PatchOperation => ({ op: 'remove', path: `/relations/${index}` }));
  return parentUrl === null ? removals : [...removals, addRelation(parentRelation, parentUrl, {})];
}

const addRelation = (
  rel: string,
  url: string,
  attributes: Readonly<Record<string, unknown>>,
): PatchOperation => ({
  op: 'add',
  path: '/relations/-',
  value: { rel, url, attributes },
});
