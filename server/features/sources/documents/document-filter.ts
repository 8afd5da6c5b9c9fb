/** Chooses documents; what stands above a chosen one comes along elsewhere (PU42). */
import type { DocumentFilter } from '../../../../shared/api/pushes.ts';
import type { ItemType } from '../../../../shared/work-items.ts';
import { toRefId } from './ref-id.ts';
import type { SourceDocument } from './source-document.ts';

export interface Choosable {
  readonly document: SourceDocument;
  readonly type: ItemType;
  readonly refId: string;
  /** Of itself or of what stands above it. */
  readonly epicId: string | null;
}

export function createChoice(filter: DocumentFilter): (candidate: Choosable) => boolean {
  const ids = toSet(filter.ids, toRefId);
  const epicIds = toSet(filter.epicIds, toRefId);
  const types = toSet(filter.types, (type) => type);
  const statuses = toSet(filter.statuses, toStatusKey);
  return ({ document, type, refId, epicId }) => {
    if (ids !== null && !ids.has(refId)) return false;
    if (epicIds !== null && (epicId === null || !epicIds.has(epicId))) return false;
    if (types !== null && !types.has(type)) return false;
    if (statuses !== null && !hasStatus(document, statuses)) return false;
    return filter.includeClosed || !isClosed(document);
  };
}

/** Ids that the filter names and no document owns. */
export function findUnknownIds(filter: DocumentFilter, known: ReadonlySet<string>): string[] {
  const named = [...(filter.ids ?? []), ...(filter.epicIds ?? [])];
  return [...new Set(named.filter((id) => !known.has(toRefId(id))))];
}

function toSet<T extends string>(
  values: readonly T[] | undefined,
  toKey: (value: T) => string,
): Set<string> | null {
  return values === undefined ? null : new Set(values.map(toKey));
}

const hasStatus = ({ status, canonicalStatus }: SourceDocument, statuses: ReadonlySet<string>): boolean =>
  [status, canonicalStatus].some((word) => word !== null && statuses.has(toStatusKey(word)));

/** `In Progress`, `in-progress` and `in_progress` are one. */
const toStatusKey = (status: string): string =>
  status
    .trim()
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[\s-]+/g, '_');

function isClosed({ status, canonicalStatus, isArchived }: SourceDocument): boolean {
  if (isArchived || (canonicalStatus !== null && closed.has(canonicalStatus))) return true;
  return status !== null && closed.has(toStatusKey(status));
}

/** Ends by the canonical words, and those that leave the work undone. */
const closed = new Set([
  'completed',
  'inferred_complete',
  'archived',
  'done',
  'complete',
  'closed',
  'rejected',
  'superseded',
  "won't_implement",
]);
