/** What the routes of history and audit log are mounted with. */
import type { Clock } from '../../platform/clock.ts';
import type { HistoryMemory } from './history.ts';

export interface HistoryRouteOptions {
  readonly history: HistoryMemory;
  readonly clock: Clock;
}
