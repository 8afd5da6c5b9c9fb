/** The hits of one question: how many, by what they can be narrowed, and a page of them. */
import { Link } from 'react-router';
import type { SearchPage } from '../../../../shared/views/search.ts';
import { findOwningProject, toQueriedId } from '../../address/id-query.ts';
import { toGoPath } from '../../address/paths.ts';
import { isNarrowed, withoutNarrowing } from '../../address/search-filters.ts';
import type { SearchPageFilters } from '../../address/search-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toPlural } from '../../format/numbers.ts';
import { Empty } from '../../parts/empty.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { walkRows } from '../../parts/walk-rows.ts';
import { useSettled } from '../../use-settled.ts';
import { useView } from '../../use-view.ts';
import { searchView } from '../../views/search.ts';
import { PageNumbers } from '../documents/page-numbers.tsx';
import { Hit } from './hit.tsx';
import { Narrow } from './narrow.tsx';

interface SearchResultsProps {
  readonly filters: SearchPageFilters;
  readonly change: (filters: SearchPageFilters) => void;
}

export function SearchResults({ filters, change }: SearchResultsProps) {
  const { caller } = useDashboard();
  const view = useSettled(useView(searchView(caller, filters)));
  return (
    <ViewBoundary view={view} noun="list of hits">
      {(page) => (
        <div className="columns columns-search">
          <div className="column-side">
            <Narrow page={page} filters={filters} change={change} />
          </div>
          <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
            <Hits page={page} filters={filters} change={change} />
          </div>
        </div>
      )}
    </ViewBoundary>
  );
}

interface HitsProps extends SearchResultsProps {
  readonly page: SearchPage;
}

function Hits({ page, filters, change }: HitsProps) {
  const { items, total, relaxed, pages } = page;
  const toPage = (number: number) => {
    change({ ...filters, page: number });
    window.scrollTo(0, 0);
  };
  return (
    <>
      <p className="row-between hit-total" aria-live="polite">
        <span className="figure">{toPlural(total, 'hit')}</span>
        <Jump page={page} />
      </p>
      {relaxed && total > 0 && (
        <p className="note hit-note">
          Nothing was found as written. These hits have words that only <em>begin</em> as yours.
        </p>
      )}
      {items.length === 0 ? (
        <NoHits page={page} filters={filters} change={change} />
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
        <ol className="panel hits" onKeyDown={walkRows}>
          {items.map((hit) => (
            <Hit key={`${hit.project_slug} ${hit.kind} ${hit.doc_id} ${hit.file_path}`} hit={hit} />
          ))}
        </ol>
      )}
      <PageNumbers page={page.page} pages={total === 0 ? 0 : pages} toPage={toPage} />
    </>
  );
}

function Jump({ page: { query, items } }: { page: SearchPage }) {
  const id = toQueriedId(query);
  const slug = id === null ? undefined : findOwningProject(id, items);
  if (id === null || slug === undefined) return null;
  return (
    <span className="small">
      <Link to={toGoPath(slug, id)}>Open {id}</Link> <kbd>Enter</kbd>
    </span>
  );
}

function NoHits({ page: { total, query }, filters, change }: HitsProps) {
  if (total > 0) {
    return (
      <Empty title="This page is past the end">
        <button type="button" className="button" onClick={() => change({ ...filters, page: 1 })}>
          First page
        </button>
      </Empty>
    );
  }
  if (isNarrowed(filters)) {
    return (
      <Empty title="Nothing passes these filters">
        <button type="button" className="button" onClick={() => change(withoutNarrowing(filters))}>
          Clear filters
        </button>
      </Empty>
    );
  }
  return (
    <Empty title={`Nothing is found for “${query}”`}>
      <p className="muted">Fewer words find more, and so does searching in sessions, features or tasks.</p>
    </Empty>
  );
}
