/** The watches of this server, as samples: by project for as many as a page of figures can bear. */
import type { WatchStatus } from '../../shared/views/status.ts';
import type { Sample } from '../platform/metrics.ts';
import { countBy } from './samples.ts';

interface Watched {
  readonly slug: string;
  readonly status: WatchStatus;
}

const projectsAtMost = 50;

export function toWatchReadings(all: readonly Watched[]) {
  const shown = all.toSorted((a, b) => (a.slug < b.slug ? -1 : 1)).slice(0, projectsAtMost);
  const each = (toValue: (status: WatchStatus) => number): Sample[] =>
    shown.map(({ slug, status }) => ({ labels: { project: slug }, value: toValue(status) }));
  return {
    syncline_watches: countBy(all, ({ status: { state } }) => ({ state })),
    syncline_watch_state: shown.map(({ slug, status: { state } }) => ({
      labels: { project: slug, state },
      value: 1,
    })),
    syncline_watch_pending_changes: each(({ pendingChanges }) => pendingChanges),
    syncline_watch_failed_dispatches: each((status) => status.consecutiveFailedDispatches),
    syncline_watch_repairs_total: each(({ repairsTotal }) => repairsTotal),
  };
}
