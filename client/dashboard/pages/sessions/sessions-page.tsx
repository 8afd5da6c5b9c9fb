/** The sessions of coding agents in a project, the last active first. */
import { useParams, useSearchParams } from 'react-router';
import { toProjectPath } from '../../address/paths.ts';
import { hasSessionFilter, readSessionFilters, writeSessionFilters } from '../../address/session-filters.ts';
import type { SessionListFilters } from '../../address/session-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toPlural } from '../../format/numbers.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SessionTable } from '../../parts/session-table.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useReloadEvery } from '../../use-reload-every.ts';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { sessionsView } from '../../views/sessions.ts';
import { SessionFilterBar } from './session-filter-bar.tsx';

export function SessionsPage() {
  const { slug = '' } = useParams();
  return <SessionsOf key={slug} slug={slug} />;
}

/** SE17: a session ends by the clock, without an event. */
const statusAgesMs = 60_000;

function SessionsOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readSessionFilters(query);
  const view = useSettled(useView(sessionsView(caller, slug, filters)));
  const page = shownValue(view.state);
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  useReloadEvery(statusAgesMs, page?.items.some(({ status }) => status === 'active') ?? false, view.reload);
  const change = (next: SessionListFilters) => setQuery(writeSessionFilters({ ...next, cursor: '' }));
  return (
    <>
      <PageHeader
        title="Sessions"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
        ]}
        aside={page !== undefined && <span className="muted figure">{toPlural(page.total, 'session')}</span>}
      />
      <SessionFilterBar filters={filters} change={change} seen={page?.items ?? []} />
      <ViewBoundary view={view} noun="project">
        {({ items, next_cursor: nextCursor }) => (
          <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
            {items.length === 0 ? (
              <NoSessions filters={filters} change={change} />
            ) : (
              <div className="table-scroll panel">
                <SessionTable slug={slug} sessions={items} />
              </div>
            )}
            <CursorPager name="cursor" cursor={filters.cursor} nextCursor={nextCursor} />
          </div>
        )}
      </ViewBoundary>
    </>
  );
}

interface NoSessionsProps {
  readonly filters: SessionListFilters;
  readonly change: (filters: SessionListFilters) => void;
}

function NoSessions({ filters, change }: NoSessionsProps) {
  if (hasSessionFilter(filters) || filters.cursor !== '') {
    return (
      <Empty title="No session passes these filters">
        <button
          type="button"
          className="button"
          onClick={() => change(readSessionFilters(new URLSearchParams()))}
        >
          Clear filters
        </button>
      </Empty>
    );
  }
  return (
    <Empty title="No sessions">
      <p className="muted">
        Logs of coding agents appear here once they are read; the project page names the folders.
      </p>
    </Empty>
  );
}
