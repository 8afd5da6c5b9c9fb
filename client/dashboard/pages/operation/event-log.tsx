/** The raw events of an operation as they are heard, newest at the bottom. */
import { useState } from 'react';
import type { SynclineEvent } from '../../../../shared/events/index.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import type { OperationLog } from '../../folds/operation-log.ts';
import { toCount } from '../../format/numbers.ts';
import { toClock } from '../../format/time.ts';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { operationLogView } from '../../views/operations.ts';

export function EventLog({ id }: { id: string }) {
  const { caller } = useDashboard();
  const view = useView(operationLogView(caller, id));
  return (
    <Panel title="Events">
      <ViewBoundary view={view} noun="event log">
        {(log) => <Log log={log} />}
      </ViewBoundary>
    </Panel>
  );
}

/** So many lines stand on the page at first. */
const firstLines = 200;

function Log({ log: { events, isPruned, isCut } }: { log: OperationLog }) {
  const [hasProgress, setProgress] = useState(false);
  const [hasAll, setAll] = useState(false);
  if (isPruned) return <p className="muted">The journal no longer keeps the events of this operation.</p>;

  const wanted = hasProgress ? events : events.filter(({ type }) => type !== 'operation:progress');
  const shown = hasAll ? wanted : wanted.slice(-firstLines);
  return (
    <>
      <p className="row-between small">
        <label className="check">
          <input type="checkbox" checked={hasProgress} onChange={() => setProgress(!hasProgress)} />
          Progress events
        </label>
        <span className="muted figure">
          {isCut ? 'last ' : ''}
          {toCount(events.length)} events
        </span>
      </p>
      {shown.length < wanted.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {toCount(wanted.length - shown.length)} earlier lines
        </button>
      )}
      <ol className="event-log mono">
        {shown.map((event) => (
          <EventLine key={event.id} event={event} />
        ))}
      </ol>
    </>
  );
}

function EventLine({ event }: { event: SynclineEvent }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={(toggle) => setOpen(toggle.currentTarget.open)}>
        <summary>
          <span className="muted figure">#{event.seq}</span>
          <time className="muted figure" dateTime={event.at}>
            {toClock(event.at)}
          </time>
          <span className="event-type">{event.type}</span>
          <span className="event-gist muted">{toGist(event)}</span>
        </summary>
        {isOpen && <pre>{JSON.stringify(event, null, 2)}</pre>}
      </details>
    </li>
  );
}

/** What tells this line from its neighbours. */
function toGist({ data }: SynclineEvent): string {
  if ('phase' in data && typeof data.phase !== 'string') {
    return `${data.phase.name} ${data.phase.finishedAt === null ? 'entered' : 'ended'}`;
  }
  if ('message' in data) return data.message;
  if ('operation' in data) return data.operation.message;
  if ('issues' in data) return data.issues.map(({ path, code }) => `${code} ${path}`).join(', ');
  if ('added' in data && Array.isArray(data.added) && 'documentCount' in data) {
    return `${data.added.length} added, ${data.updated.length} updated, ${data.removed.length} removed`;
  }
  return '';
}
