/** Asks for a token and exchanges it for a session; the address stays, so that one comes back to where one was. */
import { useEffect, useId, useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { useDashboard } from '../dashboard-context.tsx';
import { Logo } from '../shell/logo.tsx';
import { useAction } from '../use-action.ts';

export function SignInPage({ wasOpen }: { wasOpen: boolean }) {
  const { entrance } = useDashboard();
  const { action, run } = useAction();
  const [token, setToken] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => input.current?.focus(), []);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      await entrance.signIn(token.trim());
      // Whatever was read and heard as a stranger is forgotten with the page.
      location.reload();
      return 'Signed in';
    });
  };
  const isPending = action.state === 'pending' || action.state === 'done';
  return (
    <main className="sign-in" id="main">
      <form onSubmit={submit} className="sign-in-card panel" noValidate>
        <h1 className="brand">
          <Logo />
          Syncline
        </h1>
        <p className="muted">
          {wasOpen
            ? 'Your session has ended. Sign in to go on where you were.'
            : 'This server asks for a token.'}
        </p>
        <div className={action.state === 'refused' ? 'field field-bad' : 'field'}>
          <label htmlFor={id}>Token</label>
          <input
            ref={input}
            id={id}
            type="password"
            name="token"
            className="mono"
            autoComplete="current-password"
            spellCheck={false}
            value={token}
            aria-invalid={action.state === 'refused'}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setToken(event.target.value)}
          />
          <p id={`${id}-hint`} className="muted small">
            <code>SYNCLINE_TOKEN</code>, or one made with <code>syncline token create</code>.
          </p>
          {action.state === 'refused' && (
            <p className="field-error small" role="alert">
              {action.error.message}
            </p>
          )}
        </div>
        <button type="submit" className="button button-primary" disabled={isPending || token.trim() === ''}>
          {isPending ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
