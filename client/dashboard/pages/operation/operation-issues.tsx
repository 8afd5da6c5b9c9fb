/** Issues one operation recorded, page by page. */
import { useSearchParams } from 'react-router';
import { useDashboard } from '../../dashboard-context.tsx';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { IssueList } from '../../parts/issue-list.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { operationIssuesView } from '../../views/operations.ts';

export function OperationIssues({ id }: { id: string }) {
  const { caller } = useDashboard();
  const [query] = useSearchParams();
  const cursor = query.get('issues') ?? '';
  const view = useView(operationIssuesView(caller, id, cursor));
  return (
    <Panel title="Issues">
      <ViewBoundary view={view} noun="list of issues">
        {({ items, nextCursor }) => (
          <>
            {items.length === 0 ? <p className="muted">None recorded.</p> : <IssueList issues={items} />}
            <CursorPager name="issues" cursor={cursor} nextCursor={nextCursor} />
          </>
        )}
      </ViewBoundary>
    </Panel>
  );
}
