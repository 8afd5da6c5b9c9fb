/** Hits in words and links: where each leads, and how facets are called and ordered. */
import type { SearchFacets, SearchHit, SearchKind } from '../../../shared/views/search.ts';
import { toDocumentPath, toFeaturePath, toGoPath, toSessionPath } from '../address/paths.ts';
import { toWords } from './labels.ts';

export function toHitPath({ kind, doc_id: docId, type, project_slug: slug, file_path }: SearchHit): string {
  const path = file_path ?? undefined;
  switch (kind) {
    case 'document':
      return toDocumentPath(slug, { type, docId, path });
    case 'session':
      return toSessionPath(slug, docId);
    case 'feature':
      return toFeaturePath(slug, docId);
    case 'task':
      return toGoPath(slug, docId, path);
  }
}

export const kindNames: Readonly<Record<SearchKind, string>> = {
  document: 'Documents',
  session: 'Sessions',
  feature: 'Features',
  task: 'Tasks',
};

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
}

export type FacetName = keyof SearchFacets;

/** Most hits first. */
export function toFacetValues(
  facets: SearchFacets,
  name: FacetName,
  /** By slug. */
  projectNames: ReadonlyMap<string, string>,
): readonly FacetValue[] {
  const labels: Readonly<Record<FacetName, (value: string) => string>> = {
    project: (slug) => projectNames.get(slug) ?? slug,
    type: toWords,
    status: (status) => (status === 'none' ? 'No status' : status),
  };
  return Object.entries(facets[name])
    .map(([value, count]) => ({ value, label: labels[name](value), count }))
    .toSorted((one, other) => other.count - one.count || compare(one.label, other.label));
}

const compare = (one: string, other: string): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};
