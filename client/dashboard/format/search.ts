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

/** Most hits first. What is chosen is among them also when it has none, so that it can be let go. */
export function toFacetValues(
  name: FacetName,
  counts: Readonly<Record<string, number>>,
  chosen: string,
  /** By slug. */
  projectNames: ReadonlyMap<string, string>,
): readonly FacetValue[] {
  const found = Object.entries(counts);
  const all = chosen === '' || Object.hasOwn(counts, chosen) ? found : [...found, [chosen, 0] as const];
  return all
    .map(([value, count]) => ({ value, label: toLabel(name, value, projectNames), count }))
    .toSorted((one, other) => other.count - one.count || compare(one.label, other.label));
}

function toLabel(name: FacetName, value: string, projectNames: ReadonlyMap<string, string>): string {
  switch (name) {
    case 'project':
      return projectNames.get(value) ?? value;
    case 'type':
      return toWords(value);
    case 'status':
      return value === 'none' ? 'No status' : value;
  }
}

const compare = (one: string, other: string): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};
