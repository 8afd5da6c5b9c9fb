/** Cancel and retry of a push, and what the server said to it. */
import { useNavigate } from 'react-router';
import type { SyncRecord } from '../../../../shared/views/history.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { ActionNote } from '../../parts/action-note.tsx';
import { CancelAction } from '../../parts/cancel-action.tsx';
import { useAction } from '../../use-action.ts';
import { toPushPath } from './push-paths.ts';
import { Restricted } from '../../entrance/restricted.tsx';

export function CancelPush({ id }: { id: string }) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const isAsked = action.state === 'done';
  const cancel = () => run(async () => (await caller('cancelPush', { params: { id } })).value.data.status);
  return <CancelAction to="cancelPush" action={action} isAsked={isAsked} cancel={cancel} />;
}

/** Leads to the new push, where its progress is. */
export function RetryPush({ record }: { record: SyncRecord }) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const navigate = useNavigate();
  const retry = (only: 'failed' | 'unfinished') =>
    run(async () => {
      const { value } = await caller('retryPush', { params: { id: record.id }, body: { only } });
      await navigate(toPushPath(value.data.syncHistoryId));
      return 'Pushed again';
    });
  const button = (label: string, only: 'failed' | 'unfinished') => (
    <Restricted to="retryPush">
      <button
        type="button"
        className="button button-primary"
        disabled={action.state === 'pending'}
        onClick={() => void retry(only)}
      >
        {label}
      </button>
    </Restricted>
  );
  return (
    <>
      {record.items_failed > 0 && button('Retry what failed', 'failed')}
      {record.status !== 'completed' && button('Retry what is unfinished', 'unfinished')}
      {action.state === 'refused' && <ActionNote action={action} />}
    </>
  );
}
