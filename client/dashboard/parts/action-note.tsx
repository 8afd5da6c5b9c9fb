/** What came of a button: said once to everybody, also to those who hear the page. */
import type { ReactNode } from 'react';
import type { ActionState } from '../use-action.ts';

export function ActionNote({ action, children }: { action: ActionState; children?: ReactNode }) {
  if (action.state === 'idle' || action.state === 'pending') return null;
  const isRefused = action.state === 'refused';
  return (
    <p className={isRefused ? 'note note-bad' : 'note note-good'} role={isRefused ? 'alert' : 'status'}>
      {isRefused ? action.error.message : action.message}
      {children}
      {isRefused && action.error.requestId !== null && action.error.requestId !== '' && (
        <span className="muted small"> · request {action.error.requestId}</span>
      )}
    </p>
  );
}
