/** The state of the stream, and when it last brought an event. */
import { useState, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../sdk/connection-state.ts';
import { useDashboard } from './dashboard-context.tsx';

export interface WatchedConnection {
  readonly connection: ConnectionState;
  /** Null until the cursor has moved under our eyes. */
  readonly movedAtMs: number | null;
}

interface Moved {
  readonly cursor: string | null;
  readonly atMs: number | null;
}

export function useConnection(): WatchedConnection {
  const { store, ticker } = useDashboard();
  const connection = useSyncExternalStore(store.connection.subscribe, store.connection.get);
  const cursor = 'cursor' in connection ? connection.cursor : null;
  const [moved, setMoved] = useState<Moved>({ cursor, atMs: null });
  // Adjusted while rendering, as React advises for state that follows other state.
  if (moved.cursor !== cursor) setMoved({ cursor, atMs: ticker.get() });
  return { connection, movedAtMs: moved.atMs };
}
