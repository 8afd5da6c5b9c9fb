/** The states every live view has besides its content: loading, failed, not found, stale. */
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { CallError } from '../../sdk/caller.ts';
import type { LiveView } from '../use-view.ts';
import { ErrorPanel } from './error-panel.tsx';
import { NotFound } from './not-found.tsx';
import { Skeleton } from './skeleton.tsx';

interface ViewBoundaryProps<T> {
  readonly view: LiveView<T>;
  /** What is missing when the server answers 404: "project", "document". */
  readonly noun: string;
  readonly skeleton?: ReactNode;
  readonly children: (value: T) => ReactNode;
}

export function ViewBoundary<T>({ view, noun, skeleton, children }: ViewBoundaryProps<T>) {
  const { state, reload } = view;
  const hasSettled = state.state !== 'loading';
  useEffect(() => {
    // The hook browser tests wait for.
    if (hasSettled) document.body.dataset['ready'] = 'true';
  }, [hasSettled]);

  switch (state.state) {
    case 'loading':
      return skeleton ?? <Skeleton />;
    case 'ready':
      return (
        <>
          {state.isStale && <StaleNote />}
          {children(state.value)}
        </>
      );
    case 'failed':
      if (state.value !== null) {
        return (
          <>
            <ErrorPanel error={state.error} retry={reload} what={`The ${noun} could not be refreshed`} />
            {children(state.value)}
          </>
        );
      }
      if (isMissing(state.error)) return <NotFound noun={noun} message={state.error.message} />;
      return <ErrorPanel error={state.error} retry={reload} what={`The ${noun} could not be loaded`} />;
  }
}

const isMissing = (error: CallError): boolean => error.status === 404;

/** A view that is read again is older than its source for a blink, which is no news. */
const staleAfterMs = 1500;

function StaleNote() {
  const [isDue, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), staleAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return isDue && <p className="stale-note">Not current: what changed since is not shown yet</p>;
}
