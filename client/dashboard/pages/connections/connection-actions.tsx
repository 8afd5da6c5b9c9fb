/** Tests a connection, makes it the active one, or removes it. */
import { useState } from 'react';
import type { Connection } from '../../../../shared/views/connection.ts';
import { ActionNote } from '../../parts/action-note.tsx';
import { useAction } from '../../use-action.ts';
import type { ConnectionCalls } from './connection-calls.ts';

interface ConnectionActionsProps {
  readonly connection: Connection;
  readonly calls: ConnectionCalls;
  readonly reload: () => void;
  /** The environment's own can only be tested (CN8). */
  readonly isReadOnly: boolean;
}

export function ConnectionActions({ connection, calls, reload, isReadOnly }: ConnectionActionsProps) {
  const { id, name, isActive, testPassed } = connection;
  const { action, run } = useAction();
  const [isRemoving, setRemoving] = useState(false);
  const isPending = action.state === 'pending';
  const act = (work: () => Promise<string>) =>
    void run(async () => {
      try {
        return await work();
      } finally {
        reload();
      }
    });

  const test = () =>
    act(async () => {
      const { testResult } = await calls.test(id);
      return testResult.success ? `${name} works.` : `The test failed: ${testResult.error}`;
    });
  const activate = () =>
    act(async () => {
      await calls.activate(id);
      return `${name} is the active one.`;
    });
  const remove = () =>
    act(async () => {
      await calls.remove(id);
      return `${name} is removed.`;
    });
  return (
    <div className="column-main">
      <p className="row">
        <button type="button" className="button" disabled={isPending} onClick={test}>
          {isPending ? 'Working…' : 'Test'}
        </button>
        {!isReadOnly && !isActive && (
          <button type="button" className="button" disabled={isPending || !testPassed} onClick={activate}>
            Make active
          </button>
        )}
        {!isReadOnly && !isRemoving && (
          <button type="button" className="button button-danger" onClick={() => setRemoving(true)}>
            Remove…
          </button>
        )}
      </p>
      {isRemoving && (
        <p className="row">
          <span>Remove {name} and its token? Work items and history stay.</span>
          <button type="button" className="button button-danger" disabled={isPending} onClick={remove}>
            Remove connection
          </button>
          <button type="button" className="button button-quiet" onClick={() => setRemoving(false)}>
            Keep it
          </button>
        </p>
      )}
      <ActionNote action={action} />
    </div>
  );
}
