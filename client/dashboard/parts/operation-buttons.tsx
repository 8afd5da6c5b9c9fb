/** Cancel and retry, and what the server said to it. */
import { useNavigate } from 'react-router';
import type { OperationRecord } from '../../../shared/operations.ts';
import { toOperationPath } from '../address/paths.ts';
import { useDashboard } from '../dashboard-context.tsx';
import { useAction } from '../use-action.ts';
import { ActionNote } from './action-note.tsx';
import { CancelAction } from './cancel-action.tsx';
import { Restricted } from '../entrance/restricted.tsx';

export function CancelButton({ operation }: { operation: OperationRecord }) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const isAsked = operation.cancelRequestedAt !== null;
  const params = { id: operation.id };
  const cancel = () =>
    run(async () => (await caller('cancelOperation', { params, query: {} })).value.message);
  return <CancelAction to="cancelOperation" action={action} isAsked={isAsked} cancel={cancel} />;
}

/** Leads to the new operation, where its progress is. */
export function RetryButton({ operation }: { operation: OperationRecord }) {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const navigate = useNavigate();
  const params = { id: operation.id };
  const retry = () =>
    run(async () => {
      const { value } = await caller('retryOperation', { params, query: {} });
      await navigate(toOperationPath(value.operationId));
      return value.message;
    });
  return (
    <>
      <Restricted to="retryOperation">
        <button
          type="button"
          className="button button-primary"
          disabled={action.state === 'pending'}
          onClick={() => void retry()}
        >
          Retry
        </button>
      </Restricted>
      {action.state === 'refused' && <ActionNote action={action} />}
    </>
  );
}
