/** The timeline of all operations, newest first, live. */
import { useSearchParams } from 'react-router';
import {
  isFilteredBy,
  readOperationFilters,
  writeOperationFilters,
} from '../../address/operation-filters.ts';
import type { OperationFilters } from '../../address/operation-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import type { OperationList } from '../../folds/operation-list.ts';
import { groupBy } from '../../format/group.ts';
import { toDayName } from '../../format/time.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Empty } from '../../parts/empty.tsx';
import { OperationTable } from '../../parts/operation-table.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useNow } from '../../use-now.ts';
import { useView } from '../../use-view.ts';
import { operationListView } from '../../views/operations.ts';
import { FilterBar } from './filter-bar.tsx';

export function OperationsPage() {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readOperationFilters(query);
  const view = useView(operationListView(caller, filters));
  const change = (next: OperationFilters) => setQuery(writeOperationFilters({ ...next, cursor: '' }));
  return (
    <>
      <PageHeader title="Operations" />
      <FilterBar filters={filters} change={change} />
      <ViewBoundary view={view} noun="list of operations">
        {(list) => (
          <>
            <Timeline list={list} isFiltered={isFilteredBy(filters)} />
            <CursorPager name="cursor" cursor={filters.cursor} nextCursor={list.nextCursor} />
          </>
        )}
      </ViewBoundary>
    </>
  );
}

function Timeline({ list: { items }, isFiltered }: { list: OperationList; isFiltered: boolean }) {
  const now = useNow();
  if (items.length === 0) {
    return isFiltered ? (
      <Empty title="No operation passes these filters" />
    ) : (
      <Empty title="Nothing has run yet">
        <p className="muted">
          Every sync, and every batch of changed files, appears here the moment it is queued.
        </p>
      </Empty>
    );
  }
  return groupBy(items, ({ queuedAt }) => toDayName(queuedAt, now)).map(([day, operations]) => (
    <section key={day} aria-label={day}>
      <h2 className="day">{day}</h2>
      <OperationTable operations={operations} />
    </section>
  ));
}
