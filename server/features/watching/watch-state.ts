/** In which state the watch of one project is, and what leads from one to another (ST3, WT10, WT11). */

export type WatchState =
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  | { readonly state: 'watching' }
  | { readonly state: 'polling'; readonly reason: string; readonly remedy: string | null }
  | { readonly state: 'retrying'; readonly reason: string; readonly attempt: number }
  | { readonly state: 'halted'; readonly reason: string };

export type WatchEvent =
  | { readonly kind: 'turned-on' }
  | { readonly kind: 'turned-off' }
  /** The native watch stands. */
  | { readonly kind: 'connected' }
  /** Polling stands, and why it had to. */
  | { readonly kind: 'degraded'; readonly reason: string; readonly remedy: string | null }
  | { readonly kind: 'crashed'; readonly reason: string }
  | { readonly kind: 'source-lost'; readonly reason: string }
  | { readonly kind: 'source-back' };

type StateName = WatchState['state'];
type Moves = {
  readonly [K in WatchEvent['kind']]: (state: WatchState, event: WatchEvent & { kind: K }) => WatchState;
};

export function nextState(state: WatchState, event: WatchEvent): WatchState {
  // The table is total, so the entry for a kind takes the events of that kind.
  const move = table[state.state][event.kind] as (state: WatchState, event: WatchEvent) => WatchState;
  return move(state, event);
}

/** A crashed watcher restarts at once, then after 1, 2, 4 … 60 s (WT12). */
export function restartDelayMs(attempt: number): number {
  return attempt <= 1 ? 0 : Math.min(60_000, 1000 * 2 ** Math.min(attempt - 2, 6));
}

const stay = (state: WatchState): WatchState => state;
const turnOff = (): WatchState => ({ state: 'off' });
const connect = (): WatchState => ({ state: 'watching' });
const degrade: Moves['degraded'] = (_, { reason, remedy }) => ({ state: 'polling', reason, remedy });
const halt: Moves['source-lost'] = (_, { reason }) => ({ state: 'halted', reason });
const retry: Moves['crashed'] = (state, { reason }) => ({
  state: 'retrying',
  reason,
  attempt: state.state === 'retrying' ? state.attempt + 1 : 1,
});

const open: Moves = {
  'turned-on': stay,
  'turned-off': turnOff,
  connected: connect,
  degraded: degrade,
  crashed: retry,
  'source-lost': halt,
  'source-back': stay,
};

const table: Readonly<Record<StateName, Moves>> = {
  off: {
    'turned-on': () => ({ state: 'starting' }),
    'turned-off': stay,
    connected: stay,
    degraded: stay,
    crashed: stay,
    'source-lost': stay,
    'source-back': stay,
  },
  starting: open,
  watching: open,
  polling: open,
  retrying: open,
  // What a closed watcher still says is of no interest: only the folders decide.
  halted: {
    ...open,
    connected: stay,
    degraded: stay,
    crashed: stay,
    'source-back': () => ({ state: 'starting' }),
  },
};
