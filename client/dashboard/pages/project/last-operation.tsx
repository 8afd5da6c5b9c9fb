/** The newest operation of a project with its phases live, and the ones before it. */
import { Link } from 'react-router';
import type { OperationRecord } from '../../../../shared/operations.ts';
import { isTerminal } from '../../../../shared/operations.ts';
import { toOperationPath, toOperationsPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toKindName } from '../../format/labels.ts';
import { CounterGrid } from '../../parts/counter-grid.tsx';
import { CancelButton } from '../../parts/operation-buttons.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { OperationTable } from '../../parts/operation-table.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PhaseGantt } from '../../parts/phase-gantt.tsx';
import { OperationState } from '../../parts/status.tsx';
import { Age, OperationDuration } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { recentOperationsView } from '../../views/operations.ts';

export function LastOperation({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const view = useView(recentOperationsView(caller, slug));
  return (
    <ViewBoundary view={view} noun="list of operations">
      {({ items }) => {
        const shown = toShown(items);
        return (
          <>
            {shown === undefined ? <NoOperation /> : <Shown operation={shown} />}
            {items.length > 1 && (
              <Panel
                title="Recent operations"
                isFlush
                aside={<Link to={toOperationsPath({ project: slug })}>All operations</Link>}
              >
                <OperationTable operations={items.slice(0, 10)} hasProject={false} />
              </Panel>
            )}
          </>
        );
      }}
    </ViewBoundary>
  );
}

/** What runs comes before what waits, and both before what has ended. */
const toShown = (operations: readonly OperationRecord[]): OperationRecord | undefined =>
  operations.find(({ status }) => status === 'running') ??
  operations.findLast(({ status }) => status === 'queued') ??
  operations[0];

function NoOperation() {
  return (
    <Panel title="Last operation">
      <p className="muted">Nothing has run for this project yet. Sync reads its folder for the first time.</p>
    </Panel>
  );
}

function Shown({ operation }: { operation: OperationRecord }) {
  const isActive = !isTerminal(operation.status);
  return (
    <Panel
      title={isActive ? 'Running now' : 'Last operation'}
      aside={
        <span className="row">
          <OperationState status={operation.status} />
          {isActive && <CancelButton operation={operation} />}
        </span>
      }
    >
      <p className="operation-head">
        <Link to={toOperationPath(operation.id)} className="strong">
          {toKindName(operation.kind)}
        </Link>
        <span className="muted">{operation.trigger}</span>
        <OperationDuration operation={operation} />
        <span className="muted">
          <Age at={operation.queuedAt} />
        </span>
      </p>
      {isActive && <OperationProgress operation={operation} />}
      {operation.error !== null && <p className="note note-bad">{operation.error}</p>}
      <PhaseGantt operation={operation} isCompact />
      <CounterGrid counters={operation.counters} />
    </Panel>
  );
}
