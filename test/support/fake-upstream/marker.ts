/** The marker of RC3, and how many live work items carry each: the judge of "exactly once" (FK13, RC10). */
import type { ItemStore } from './item-store.ts';
import { currentVersion, type Link } from './work-item.ts';

export interface Marker {
  readonly base: string;
  readonly system: string;
  readonly scope?: string;
  readonly sourceId: string;
}

export const markerComment = 'syncline';

export const markerUrl = ({ base, system, scope = '', sourceId }: Marker): string =>
  `${base}/items/${[system, scope, sourceId].map(encodeURIComponent).join('/')}`;

export const toMarkerLink = (url: string): Link => ({ rel: 'Hyperlink', url, comment: markerComment });

export function countByMarker(items: ItemStore): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items.all()) {
    if (item.deletedMs !== null) continue;
    for (const link of currentVersion(item).links) {
      if ('url' in link && link.rel === 'Hyperlink' && link.comment === markerComment) {
        counts[link.url] = (counts[link.url] ?? 0) + 1;
      }
    }
  }
  return counts;
}
