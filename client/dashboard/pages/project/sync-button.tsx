/** Starts a full sync; when one is running already, leads to it. */
import { useEffect } from 'react';
import { Link } from 'react-router';
import type { Project } from '../../../../shared/views/project.ts';
import { toOperationPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { ActionNote } from '../../parts/action-note.tsx';
import { Icon } from '../../parts/icon.tsx';
import type { ActionState } from '../../use-action.ts';
import { useAction } from '../../use-action.ts';
import { Restricted } from '../../entrance/restricted.tsx';

export function SyncButton({ project: { slug, sync_status: status } }: { project: Project }) {
  const { caller } = useDashboard();
  const { action, run, clear } = useAction();

  // What was said about the last request is no longer news once the status has moved on.
  useEffect(() => clear, [status, clear]);

  const start = () =>
    run(async () => (await caller('syncProject', { params: { slug }, query: {} })).value.message);
  const runningId = runningOperation(action);
  return (
    <>
      <Restricted to="syncProject">
        <button
          type="button"
          className="button button-primary"
          disabled={action.state === 'pending'}
          onClick={() => void start()}
        >
          <Icon name="sync" className={status === 'syncing' ? 'spinning' : ''} />
          Sync
        </button>
      </Restricted>
      <ActionNote action={action}>
        {runningId !== null && (
          <>
            {' '}
            <Link to={toOperationPath(runningId)}>Show the running operation</Link>
          </>
        )}
      </ActionNote>
    </>
  );
}

/** SY4: a 409 names the operation that is in the way. */
function runningOperation(action: ActionState): string | null {
  if (action.state !== 'refused' || action.error.code !== 'SYNC_IN_PROGRESS') return null;
  const details = action.error.details as { operation_id?: unknown } | null | undefined;
  return typeof details?.operation_id === 'string' ? details.operation_id : null;
}
