/** Epics, features and stories of a project's documents as a tree to push (PU41, PU42). */
import type { DocumentFilter } from '../../../../shared/api/pushes.ts';
import type { ItemType, PushWarning, SourceItem, SourceTree } from '../../../../shared/work-items.ts';
import { toClaims } from './claims.ts';
import { createChoice, findUnknownIds } from './document-filter.ts';
import { toDocumentName, toDocumentNode } from './document-node.ts';
import { findParents, type Placed } from './parents.ts';
import { compareRefIds } from './ref-id.ts';
import type { SourceDocument } from './source-document.ts';

export interface DocumentTreeOptions {
  readonly projectId: string;
  readonly filter?: DocumentFilter | undefined;
  /** Source ids that earlier pushes left in the target: what is gone from the documents is told (PU42). */
  readonly pushedBefore?: Iterable<string>;
}

export function toDocumentTree(
  documents: readonly SourceDocument[],
  { projectId, filter = { includeClosed: true }, pushedBefore = [] }: DocumentTreeOptions,
): SourceTree {
  const { claims, warnings: idWarnings } = toClaims(documents);
  const { placed, warnings: parentWarnings } = findParents(claims);
  const byRef = new Map(placed.map((place) => [place.refId, place]));
  const chosen = withAncestors(placed.filter(createChoice(filter)), byRef);
  const toSourceId = (refId: string): string => `${projectId}:${refId}`;
  const items = sortDepthFirst(chosen).flatMap((place) => toItems(place, toSourceId));
  const known = new Set(byRef.keys());
  const warnings = [
    ...idWarnings,
    ...parentWarnings
      .filter(({ refId }) => chosen.has(refId))
      .map((warning) => toWarning(warning, toSourceId)),
    ...findUnknownIds(filter, known).map(toUnknownId),
    ...findGone(pushedBefore, new Set(Array.from(known, toSourceId))),
  ];
  return { type: 'documents', system: 'documents', scope: projectId, items, warnings };
}

function withAncestors(
  chosen: readonly Placed[],
  byRef: ReadonlyMap<string, Placed>,
): ReadonlyMap<string, Placed> {
  const all = new Map<string, Placed>();
  for (const place of chosen) {
    for (
      let next: Placed | undefined = place;
      next !== undefined && !all.has(next.refId);
      next = next.parentId === null ? undefined : byRef.get(next.parentId)
    ) {
      all.set(next.refId, next);
    }
  }
  return all;
}

/** PU18: epics first, and below each its features before its own stories; then what has no parent. */
function sortDepthFirst(chosen: ReadonlyMap<string, Placed>): Placed[] {
  const children = new Map<string | null, Placed[]>();
  for (const place of chosen.values()) {
    const siblings = children.get(place.parentId);
    if (siblings === undefined) children.set(place.parentId, [place]);
    else siblings.push(place);
  }
  const ordered: Placed[] = [];
  const visit = (parentId: string | null): void => {
    for (const place of (children.get(parentId) ?? []).sort(comparePlaces)) {
      ordered.push(place);
      visit(place.refId);
    }
  };
  visit(null);
  return ordered;
}

const rankOf: Readonly<Record<ItemType, number>> = { epic: 0, feature: 1, user_story: 2 };

const comparePlaces = (one: Placed, other: Placed): number =>
  rankOf[one.type] - rankOf[other.type] || compareRefIds(one.refId, other.refId);

/** Every document that claims the id is an item, so that each is seen to be blocked; one carries the id itself. */
function toItems(place: Placed, toSourceId: (refId: string) => string): SourceItem[] {
  const { refId, type, parentId, document, rivals } = place;
  const all = [document, ...rivals];
  const paths = all.map(({ path }) => path).join(', ');
  const blocked = `The id ${refId} is used by ${all.length} documents: ${paths}. Give each its own id.`;
  return all.map((claimant, index) => {
    const sourceId = index === 0 ? toSourceId(refId) : `${toSourceId(refId)}~${index + 1}`;
    return {
      sourceId,
      type,
      name: toDocumentName(claimant),
      parentId: parentId === null ? null : toSourceId(parentId),
      node: toDocumentNode(claimant, { sourceId, refId, type }),
      ...(rivals.length === 0 ? {} : { blocked }),
    };
  });
}

const toWarning = (
  { refId, code, message }: { refId: string; code: string; message: string },
  toSourceId: (refId: string) => string,
): PushWarning => ({ code, message, ardoqId: toSourceId(refId) });

const toUnknownId = (id: string): PushWarning => ({
  code: 'UNKNOWN_ID',
  message: `The filter names ${id}, which no document owns.`,
});

function findGone(pushedBefore: Iterable<string>, known: ReadonlySet<string>): PushWarning[] {
  return [...pushedBefore]
    .filter((sourceId) => !known.has(sourceId))
    .map((ardoqId) => ({
      code: 'source_gone',
      message: 'Its document is gone; the work item is left as it is.',
      ardoqId,
    }));
}
