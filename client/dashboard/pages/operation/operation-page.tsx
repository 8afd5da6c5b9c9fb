/** One operation from its first event to its end: phases, figures, issues, comparison, raw events. */
import { Link, useParams } from 'react-router';
import { isTerminal } from '../../../../shared/operations.ts';
import type { OperationRecord } from '../../../../shared/operations.ts';
import { toOperationPath, toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toKindName, toShortId } from '../../format/labels.ts';
import { CancelButton, RetryButton } from '../../parts/operation-buttons.tsx';
import { CounterGrid } from '../../parts/counter-grid.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { PhaseGantt } from '../../parts/phase-gantt.tsx';
import { OperationState } from '../../parts/status.tsx';
import { OperationDuration } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { operationView } from '../../views/operations.ts';
import { ComparisonPanel } from './comparison-panel.tsx';
import { EventLog } from './event-log.tsx';
import { OperationFacts } from './operation-facts.tsx';
import { OperationIssues } from './operation-issues.tsx';

export function OperationPage() {
  const { id = '' } = useParams();
  return <OperationOf key={id} id={id} />;
}

function OperationOf({ id }: { id: string }) {
  const { caller } = useDashboard();
  const view = useView(operationView(caller, id));
  return (
    <ViewBoundary view={view} noun="operation">
      {(operation) => <Content operation={operation} />}
    </ViewBoundary>
  );
}

function Content({ operation }: { operation: OperationRecord }) {
  const { id, kind, status, projectSlug: slug } = operation;
  const isActive = !isTerminal(status);
  const isRetryable = status === 'failed' || status === 'cancelled';
  return (
    <>
      <PageHeader
        title={toKindName(kind)}
        crumbs={[
          { label: 'Operations', to: '/operations' },
          ...(slug === null ? [] : [{ label: slug, to: toProjectPath(slug) }]),
          { label: toShortId(id), to: toOperationPath(id) },
        ]}
        aside={<OperationState status={status} />}
        actions={
          <>
            {isActive && <CancelButton operation={operation} />}
            {isRetryable && <RetryButton operation={operation} />}
          </>
        }
      />
      <Outcome operation={operation} />
      <div className="columns">
        <div className="column-main">
          <Panel title="Phases" aside={<OperationDuration operation={operation} />}>
            {isActive && <OperationProgress operation={operation} />}
            <PhaseGantt operation={operation} />
          </Panel>
          {!isActive && <ComparisonPanel id={id} />}
          <OperationIssues id={id} />
          <EventLog id={id} />
        </div>
        <div className="column-side">
          <Panel title="Rows changed">
            <CounterGrid counters={operation.counters} />
            <p className="muted small">Counters left out are zero.</p>
          </Panel>
          <OperationFacts operation={operation} />
        </div>
      </div>
    </>
  );
}

function Outcome({
  operation: { error, errorCode, coalescedInto, message },
}: {
  operation: OperationRecord;
}) {
  if (coalescedInto !== null) {
    return (
      <p className="note">
        Taken over by <Link to={toOperationPath(coalescedInto)}>another operation</Link>, which does this work
        too.
      </p>
    );
  }
  if (error === null) return <p className="lead">{message}</p>;
  return (
    <p className="note note-bad">
      {error} {errorCode !== null && <code>{errorCode}</code>}
    </p>
  );
}
