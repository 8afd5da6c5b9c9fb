/** The button that asks something to end: once, and with a word only where it was refused. */
import { Restricted, type RestrictedProps } from '../entrance/restricted.tsx';
import type { ActionState } from '../use-action.ts';
import { ActionNote } from './action-note.tsx';

interface CancelActionProps {
  readonly to: RestrictedProps['to'];
  readonly action: ActionState;
  readonly isAsked: boolean;
  readonly cancel: () => Promise<void>;
}

export function CancelAction({ to, action, isAsked, cancel }: CancelActionProps) {
  return (
    <>
      <Restricted to={to}>
        <button
          type="button"
          className="button button-small"
          disabled={isAsked || action.state === 'pending'}
          onClick={() => void cancel()}
        >
          {isAsked ? 'Cancelling…' : 'Cancel'}
        </button>
      </Restricted>
      {action.state === 'refused' && <ActionNote action={action} />}
    </>
  );
}
