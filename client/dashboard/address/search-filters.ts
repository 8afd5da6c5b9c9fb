/** What is searched for and what narrows it, as it stands in the address. */
import type { z } from 'zod';
import type { search } from '../../../shared/api/search.ts';
import { SearchKind } from '../../../shared/views/search.ts';
import { toCanonicalId } from '../markdown/document-ids.ts';
import { readText } from './read-text.ts';

export interface SearchPageFilters {
  /** As it was typed, in the query language of SR3. */
  readonly q: string;
  readonly project: string;
  readonly type: string;
  /** `none` stands for what has no status. */
  readonly status: string;
  readonly owner: string;
  readonly epic: string;
  /** At least one, in the order of the contract. */
  readonly kinds: readonly SearchKind[];
  readonly page: number;
}

export const hitsPerPage = 20;
export const longestQuery = 500;
const maxPage = 1_000_000;
const narrowing = ['project', 'type', 'status', 'owner', 'epic'] as const;
export type Narrowing = (typeof narrowing)[number];

/** What the address says; whatever does not fit reads as the default, so no link is ever an error. */
export function readSearchFilters(query: URLSearchParams): SearchPageFilters {
  const page = Number(query.get('page') ?? '1');
  return {
    q: shorten(readText(query, 'q')),
    project: readText(query, 'project'),
    type: readText(query, 'type'),
    status: readText(query, 'status'),
    owner: readText(query, 'owner'),
    epic: readText(query, 'epic'),
    kinds: toKinds(readText(query, 'kinds').split(',')),
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  };
}

/** The address of these filters; defaults are left out so that it stays short. */
export function writeSearchFilters({ q, kinds, page, ...narrow }: SearchPageFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (q !== '') query.set('q', q);
  for (const name of narrowing) if (narrow[name] !== '') query.set(name, narrow[name]);
  if (kinds.join() !== defaultKinds.join()) query.set('kinds', kinds.join());
  if (page !== 1) query.set('page', String(page));
  return query;
}

/** What the server is asked; an epic is found by its id in any spelling. */
export const toSearchQuery = ({ page, kinds, epic, ...filters }: SearchPageFilters): SearchCall => ({
  ...filters,
  epic: toCanonicalId(epic),
  kinds: kinds.join(),
  facets: '1',
  page: String(page),
  per_page: String(hitsPerPage),
});
type SearchCall = z.input<(typeof search)['query']>;

/** Adds a kind or takes it away, but never the last one. */
export function turnKind(filters: SearchPageFilters, kind: SearchKind): SearchPageFilters {
  const others = filters.kinds.filter((other) => other !== kind);
  const kinds = others.length < filters.kinds.length ? others : [...others, kind];
  return kinds.length === 0 ? filters : { ...filters, kinds: toKinds(kinds), page: 1 };
}

/** The same search among everything of its kinds. */
export const withoutNarrowing = (filters: SearchPageFilters): SearchPageFilters => ({
  ...filters,
  project: '',
  type: '',
  status: '',
  owner: '',
  epic: '',
  page: 1,
});

export const isNarrowed = (filters: SearchPageFilters): boolean =>
  narrowing.some((name) => filters[name] !== '');

/** Of documents only, as the server does when nothing is said (SR1). */
const defaultKinds: readonly SearchKind[] = ['document'];

function toKinds(named: readonly string[]): readonly SearchKind[] {
  const kinds = SearchKind.options.filter((kind) => named.includes(kind));
  return kinds.length === 0 ? defaultKinds : kinds;
}

/** Cut as the server counts, but never through the middle of a character (GR6). */
const shorten = (text: string): string => text.slice(0, longestQuery).replace(/[\uD800-\uDBFF]$/, '');
