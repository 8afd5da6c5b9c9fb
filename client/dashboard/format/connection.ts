/** The connection in words: which transport, how it is, and what comes next. */
import type { ConnectionState } from '../../sdk/connection-state.ts';

type State = ConnectionState['state'];
type Transport = Extract<ConnectionState, { state: 'live' }>['transport'];

export const transportNames: Readonly<Record<Transport, string>> = {
  sse: 'SSE',
  socket: 'socket.io',
  'long-poll': 'long poll',
  poll: 'polling',
};

export const connectionNames: Readonly<Record<State, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  waiting: 'Retrying',
  stopped: 'Stopped',
  closed: 'Closed',
};

/** The number of the last event heard; null before the first. */
export function toSeq(cursor: string | null): string | null {
  return cursor === null ? null : (cursor.split('-').at(-1) ?? null);
}
