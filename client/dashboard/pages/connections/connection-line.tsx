/** One connection in its list: a line that opens into what can be done with it. */
import { useState } from 'react';
import {
  type Connection,
  type ConnectionKind,
  environmentConnectionId,
} from '../../../../shared/views/connection.ts';
import { Icon } from '../../parts/icon.tsx';
import { ConnectionActions } from './connection-actions.tsx';
import type { ConnectionCalls } from './connection-calls.ts';
import { ConnectionState } from './connection-state.tsx';
import { EditConnection } from './edit-connection.tsx';
import { Restricted } from '../../entrance/restricted.tsx';

interface ConnectionLineProps {
  readonly kind: ConnectionKind;
  readonly connection: Connection;
  readonly calls: ConnectionCalls;
  readonly reload: () => void;
}

export function ConnectionLine({ kind, connection, calls, reload }: ConnectionLineProps) {
  const [isOpen, setOpen] = useState(false);
  const isReadOnly = connection.id === environmentConnectionId;
  const organization = 'organization' in connection ? connection.organization : connection.orgLabel;
  return (
    <li>
      <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="settings-line">
          <Icon name="chevron" className="settings-chevron" />
          <span className="settings-name">
            <span className="strong">{connection.name}</span>
            <code className="muted small">
              {connection.apiHost}
              {organization !== undefined && ` · ${organization}`}
            </code>
          </span>
          <ConnectionState connection={connection} />
          {connection.isActive && <span className="tag">active</span>}
        </summary>
        {isOpen && (
          <div className="settings-body column-main">
            {connection.testError !== undefined && (
              <p className="note note-bad">The last test failed: {connection.testError}</p>
            )}
            <Restricted to="changeArdoqConnection" isForm>
              <ConnectionActions {...{ connection, calls, reload, isReadOnly }} />
              {isReadOnly ? (
                <p className="muted small">
                  Set by ARDOQ_API_TOKEN, ARDOQ_API_HOST and ARDOQ_ORG_LABEL; it gives way to the first
                  connection that is added here.
                </p>
              ) : (
                <EditConnection {...{ kind, connection, calls, reload }} />
              )}
            </Restricted>
          </div>
        )}
      </details>
    </li>
  );
}
