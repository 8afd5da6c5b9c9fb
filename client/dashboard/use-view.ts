/** A live view inside a component: opened for its key, closed with the component, replaced when the key changes. */
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { View, ViewSpec, ViewState } from '../sdk/store.ts';
import { useDashboard } from './dashboard-context.tsx';

export interface LiveView<T> {
  readonly state: ViewState<T>;
  readonly reload: () => void;
}

interface Opened<T> {
  readonly key: string;
  readonly view: View<T>;
}

export function useView<T>(spec: ViewSpec<T>): LiveView<T> {
  const { store } = useDashboard();
  const latest = useRef(spec);
  useEffect(() => {
    latest.current = spec;
  });
  const [opened, setOpened] = useState<Opened<T> | null>(null);
  const { key } = spec;

  useEffect(() => {
    const view = store.view<T>(latest.current);
    setOpened({ key, view });
    return () => view.close();
  }, [store, key]);

  // Between two keys the old view is not shown under the new name.
  const view = opened?.key === key ? opened.view : null;
  const subscribe = useCallback((listener: () => void) => view?.subscribe(listener) ?? (() => {}), [view]);
  const state = useSyncExternalStore(subscribe, () => view?.get() ?? (loading as ViewState<T>));
  const reload = useCallback(() => view?.reload(), [view]);
  return { state, reload };
}

const loading = { state: 'loading' } as const;

/** The value on screen, also while it is stale or could not be refreshed. */
export function shownValue<T>(state: ViewState<T>): T | undefined {
  if (state.state === 'ready') return state.value;
  return state.state === 'failed' ? (state.value ?? undefined) : undefined;
}
