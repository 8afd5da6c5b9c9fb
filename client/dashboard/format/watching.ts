/** The watchers of all projects as one state: the worst of them, and how many are well. */
import type { Health, WatchState } from '../../../shared/views/status.ts';

type Watched = Pick<Health['projects'][number], 'watchState'>;

export interface WatchSummary {
  readonly state: WatchState;
  /** How many are in that state. */
  readonly count: number;
  readonly watching: number;
  readonly total: number;
}

/** From worst to best; a watcher that is off by choice is no trouble. */
const order: readonly WatchState[] = ['halted', 'retrying', 'polling', 'starting', 'watching', 'off'];

export function toWatchSummary(projects: readonly Watched[]): WatchSummary {
  const state =
    order.find((candidate) => projects.some(({ watchState }) => watchState === candidate)) ?? 'off';
  const isWatching = ({ watchState }: Watched) => watchState === 'watching' || watchState === 'polling';
  const count = projects.filter(({ watchState }) => watchState === state).length;
  return { state, count, watching: projects.filter(isWatching).length, total: projects.length };
}
