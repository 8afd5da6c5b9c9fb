/** What went wrong, the number to ask about it, and a way to try again. */
import type { CallError } from '../../sdk/caller.ts';
import { Icon } from './icon.tsx';

interface ErrorPanelProps {
  readonly what: string;
  readonly error: CallError;
  readonly retry?: () => void;
}

export function ErrorPanel({ what, error, retry }: ErrorPanelProps) {
  return (
    <div className="message message-bad" role="alert">
      <Icon name="failed" />
      <div className="message-text">
        <p className="message-title">{what}</p>
        <p>{error.message}</p>
        <p className="muted small">
          {error.code}
          {error.requestId !== null && error.requestId !== '' && (
            <>
              {' · request '}
              <code>{error.requestId}</code>
            </>
          )}
        </p>
      </div>
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          Retry
        </button>
      )}
    </div>
  );
}
