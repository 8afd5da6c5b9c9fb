/** A live page of hits, and the project an id leads to. */
import type { SearchPage } from '../../../shared/views/search.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { findOwningProject } from '../address/id-query.ts';
import { toSearchQuery, writeSearchFilters } from '../address/search-filters.ts';
import type { SearchPageFilters } from '../address/search-filters.ts';
import { foldSearch } from '../folds/search.ts';

export const searchView = (caller: Caller, filters: SearchPageFilters): ViewSpec<SearchPage> => ({
  key: `search?${writeSearchFilters(filters).toString()}`,
  load: (signal) => caller('search', { query: toSearchQuery(filters) }, { signal }),
  fold: foldSearch(filters.project),
});

/** Owners come before everything else (SR7), so that the first page tells. */
export async function findProjectOf(
  caller: Caller,
  id: string,
  project: string,
): Promise<string | undefined> {
  const { value } = await caller('search', { query: { q: id, project, per_page: '50' } });
  return findOwningProject(id, value.items);
}
