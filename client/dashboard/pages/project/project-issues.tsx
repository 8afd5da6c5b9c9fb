/** Files of a project that could not be indexed as written, and why. */
import { useSearchParams } from 'react-router';
import { useDashboard } from '../../dashboard-context.tsx';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { IssueList } from '../../parts/issue-list.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { projectIssuesView } from '../../views/operations.ts';

export function ProjectIssues({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query] = useSearchParams();
  const cursor = query.get('issues') ?? '';
  const view = useView(projectIssuesView(caller, slug, cursor));
  return (
    <div id="issues">
      <Panel title="Open issues">
        <ViewBoundary view={view} noun="list of issues">
          {({ items, nextCursor }) => (
            <>
              {items.length === 0 ? (
                <p className="muted">None: every file was read as it is written.</p>
              ) : (
                <IssueList issues={items} />
              )}
              <CursorPager name="issues" cursor={cursor} nextCursor={nextCursor} />
            </>
          )}
        </ViewBoundary>
      </Panel>
    </div>
  );
}
