/** Finds documents, sessions, features and tasks by what they say; what is asked stands in the address. */
import { useSearchParams } from 'react-router';
import { SearchKind } from '../../../../shared/views/search.ts';
import { readSearchFilters, turnKind, writeSearchFilters } from '../../address/search-filters.ts';
import type { SearchPageFilters } from '../../address/search-filters.ts';
import { kindNames } from '../../format/search.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { QueryExamples, QueryLine } from './query-language.tsx';
import { SearchBox } from './search-box.tsx';
import { SearchResults } from './search-results.tsx';

export function SearchPage() {
  const [query, setQuery] = useSearchParams();
  const filters = readSearchFilters(query);
  const change = (next: SearchPageFilters) => setQuery(writeSearchFilters(next));
  const isAsked = filters.q.trim() !== '';
  return (
    <>
      <PageHeader title={isAsked ? `Search: ${filters.q}` : 'Search'} />
      <SearchBox
        filters={filters}
        // Each letter would otherwise be a step of the browser's history.
        ask={(q) => setQuery(writeSearchFilters({ ...filters, q, page: 1 }), { replace: true })}
      />
      <Kinds filters={filters} change={change} />
      {isAsked ? <SearchResults filters={filters} change={change} /> : <QueryExamples />}
    </>
  );
}

interface KindsProps {
  readonly filters: SearchPageFilters;
  readonly change: (filters: SearchPageFilters) => void;
}

function Kinds({ filters, change }: KindsProps) {
  return (
    <div className="toolbar search-toolbar">
      <fieldset className="row" aria-label="Search in">
        {SearchKind.options.map((kind) => (
          <button
            key={kind}
            type="button"
            className="button button-small"
            aria-pressed={filters.kinds.includes(kind)}
            onClick={() => change(turnKind(filters, kind))}
          >
            {kindNames[kind]}
          </button>
        ))}
      </fieldset>
      <QueryLine />
    </div>
  );
}
