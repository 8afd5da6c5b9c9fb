/** One push from its acceptance to its end: how far it is, what became of each item, what can be done about it. */
import { useParams } from 'react-router';
import { useDashboard } from '../../dashboard-context.tsx';
import { toDateTime, toDuration } from '../../format/time.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Elapsed } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { CancelPush, RetryPush } from './push-buttons.tsx';
import { PushCounts } from './push-counts.tsx';
import { PushFacts } from './push-facts.tsx';
import type { ShownPush } from './push-folds.ts';
import { PushItems } from './push-items.tsx';
import { PushOperation } from './push-operation.tsx';
import { OverwriteProgress } from './overwrite-progress.tsx';
import { pushesPath, toPushPath } from './push-paths.ts';
import { PushState } from './push-state.tsx';
import { pushView } from './push-views.ts';

export function PushPage() {
  const { id = '' } = useParams();
  return <PushOf key={id} id={id} />;
}

function PushOf({ id }: { id: string }) {
  const { caller } = useDashboard();
  const view = useView(pushView(caller, id));
  return (
    <ViewBoundary view={view} noun="push">
      {(shown) => <Content shown={shown} />}
    </ViewBoundary>
  );
}

function Content({ shown: { record, overwrite } }: { shown: ShownPush }) {
  const { id, operation_id: operationId, duration_ms: durationMs } = record;
  const isActive = record.status === 'pending' || record.status === 'in_progress';
  const hasUnfinished = record.items_failed + record.items_skipped > 0;
  return (
    <>
      <PageHeader
        title={`Push to ${record.project_name}`}
        crumbs={[
          { label: 'Pushes', to: pushesPath },
          { label: toDateTime(record.created_at), to: toPushPath(id) },
        ]}
        aside={<PushState record={record} />}
        actions={
          <>
            {isActive && <CancelPush id={id} />}
            {!isActive && hasUnfinished && <RetryPush record={record} />}
          </>
        }
      />
      {record.error_message !== undefined && (
        <p className="note note-bad">
          {record.error_message} {record.error_code !== undefined && <code>{record.error_code}</code>}
        </p>
      )}
      <div className="columns">
        <div className="column-main">
          {operationId !== undefined && isActive && <PushOperation operationId={operationId} />}
          {overwrite !== null && <OverwriteProgress overwrite={overwrite} />}
          <PushItems id={id} />
        </div>
        <div className="column-side">
          <Panel
            title="Items"
            aside={
              durationMs === undefined ? (
                <Elapsed since={record.started_at ?? record.created_at} />
              ) : (
                <span className="figure">{toDuration(durationMs)}</span>
              )
            }
          >
            <PushCounts record={record} />
          </Panel>
          <PushFacts record={record} />
        </div>
      </div>
    </>
  );
}
