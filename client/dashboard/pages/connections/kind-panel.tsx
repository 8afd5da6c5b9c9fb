/** The connections of one kind, and the form for another one. */
import { useMemo } from 'react';
import { type ConnectionKind, serviceNames } from '../../../../shared/views/connection.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { AddConnection } from './add-connection.tsx';
import { createCalls } from './connection-calls.ts';
import { ConnectionLine } from './connection-line.tsx';
import { connectionsView } from './connections-view.ts';
import { Restricted } from '../../entrance/restricted.tsx';

export function KindPanel({ kind }: { kind: ConnectionKind }) {
  const { caller } = useDashboard();
  const calls = useMemo(() => createCalls(kind, caller), [kind, caller]);
  const view = useView(connectionsView(kind, calls));
  const { reload } = view;
  return (
    <Panel title={serviceNames[kind]} isFlush>
      <ViewBoundary view={view} noun={`list of connections to ${serviceNames[kind]}`}>
        {(connections) =>
          connections.length === 0 ? (
            <p className="settings-line muted">No connection yet: add the first one.</p>
          ) : (
            <ul className="settings-list">
              {connections.map((connection) => (
                <ConnectionLine key={connection.id} {...{ kind, connection, calls, reload }} />
              ))}
            </ul>
          )
        }
      </ViewBoundary>
      <details>
        <summary className="settings-line">
          <Icon name="plus" />
          <span className="strong">Add a connection to {serviceNames[kind]}</span>
        </summary>
        <div className="settings-body">
          <Restricted to="createArdoqConnection" isForm>
            <AddConnection {...{ kind, calls, reload }} />
          </Restricted>
        </div>
      </details>
    </Panel>
  );
}
