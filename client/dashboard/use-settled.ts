/** Keeps what was shown while the next page of the same list is being loaded, so that paging does not flicker. */
import { useState } from 'react';
import type { LiveView } from './use-view.ts';

export interface SettledView<T> extends LiveView<T> {
  /** Another page was asked for and is not here yet. */
  readonly isTurning: boolean;
}

export function useSettled<T>(view: LiveView<T>): SettledView<T> {
  const { state } = view;
  const [last, setLast] = useState(state);
  // Adjusted while rendering, as React advises for state that follows other state.
  if (state.state !== 'loading' && last !== state) setLast(state);
  const isTurning = state.state === 'loading' && last.state === 'ready';
  return { ...view, state: isTurning ? last : state, isTurning };
}
