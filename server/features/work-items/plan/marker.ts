/** What says that a work item is ours, on the work item itself: a ledger can be lost, this cannot (RC3). */
import { createHash } from 'node:crypto';
import type { TargetItem } from '../tracker.ts';

/** Who an item is, wherever it is pushed to. */
export interface SourceIdentity {
  readonly system: string;
  /** Empty but for documents. */
  readonly scope: string;
  readonly sourceId: string;
}

export const markerRelation = 'Hyperlink';
export const markerComment = 'syncline';

/** `<markerBase>/items/<source system>/<scope>/<source id>`: an empty scope leaves an empty place. */
export function toMarkerUrl(markerBase: string, system: string, scope: string, sourceId: string): string {
  return `${markerBase.replace(/\/+$/, '')}/items/${[system, scope, sourceId].map(toSegment).join('/')}`;
}

/** The other way round, for whoever follows a marker; undefined for what is none. */
export function parseMarkerPath(path: string): SourceIdentity | undefined {
  // On its way here, an empty place may have been closed.
  const [, system, scope = '', sourceId] = /^\/?items\/([^/]+)\/(?:([^/]*)\/)?([^/]+)$/.exec(path) ?? [];
  if (system === undefined || sourceId === undefined) return undefined;
  try {
    return { system: fromSegment(system), scope: fromSegment(scope), sourceId: fromSegment(sourceId) };
  } catch {
    return undefined;
  }
}

/** What a marker field holds: fits a field of 255 characters whatever the id. */
export function toSourceKey({ system, scope, sourceId }: SourceIdentity): string {
  const key = `${system}/${scope}/${sourceId}`;
  if (key.length <= longestField) return key;
  const digest = createHash('sha256').update(key).digest('hex');
  return `${key.slice(0, longestField - digest.length - 1)}#${digest}`;
}

/** Exact: two ids may differ in case only. */
export const hasMarker = ({ relations }: TargetItem, markerUrl: string): boolean =>
  relations.some(({ rel, url }) => rel === markerRelation && url === markerUrl);

const longestField = 255;

/**
 * What is no text cannot be written in an address. One dot or two, also written as %2E, are taken for a way up by
 * whoever reads an address: the mark before them is one that no encoded text has.
 */
const toSegment = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(/^\.{1,2}$/, `${dotsMark}$&`);

const fromSegment = (segment: string): string => decodeURIComponent(segment.replace(dotsMark, ''));

const dotsMark = '@';
