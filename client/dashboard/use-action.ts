/** One request a button makes: pending while it runs, then what came of it. */
import { useCallback, useState } from 'react';
import { CallError } from '../sdk/caller.ts';

export type ActionState =
  | { readonly state: 'idle' }
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly message: string }
  | { readonly state: 'refused'; readonly error: CallError };

export interface Action {
  readonly action: ActionState;
  readonly run: (work: () => Promise<string>) => Promise<void>;
  readonly clear: () => void;
}

export function useAction(): Action {
  const [action, setAction] = useState<ActionState>({ state: 'idle' });
  const run = useCallback(async (work: () => Promise<string>) => {
    setAction({ state: 'pending' });
    try {
      setAction({ state: 'done', message: await work() });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      setAction({ state: 'refused', error });
    }
  }, []);
  const clear = useCallback(() => setAction({ state: 'idle' }), []);
  return { action, run, clear };
}
