/** Who is signed in, and the way out; nothing where nobody is asked. */
import { useDashboard } from '../dashboard-context.tsx';
import { useAction } from '../use-action.ts';
import { useIdentity } from './use-entrance.ts';

export function SignedIn() {
  const { entrance } = useDashboard();
  const identity = useIdentity();
  const { action, run } = useAction();
  if (identity === null || !identity.isRequired) return null;

  const signOut = () =>
    void run(async () => {
      await entrance.signOut();
      return 'Signed out';
    });
  return (
    <p className="signed-in small">
      <span className="signed-in-name">
        <span className="strong block">{identity.name}</span>
        <span className="muted">{identity.role}</span>
      </span>
      <button
        type="button"
        className="button button-small button-quiet"
        disabled={action.state === 'pending'}
        onClick={signOut}
      >
        Sign out
      </button>
    </p>
  );
}
