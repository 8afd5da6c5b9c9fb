/** Notifications of the system, counted by the second: what the status shows, and how a storm is recognised (WT8). */
import {
  debounceTime,
  exhaustMap,
  filter,
  map,
  merge,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** `raw` counts every notification, `classified` those that concerned files that count. */
export interface Tick {
  readonly raw: number;
  readonly classified: number;
}

const tickMs = 1000;
export const stormRaw = 1000;
/** Longer than a tick: the next one must have had its chance to go on with the storm. */
const calmMs = 2000;

/** A tick begins with a notification: a silent project has no timer. */
export function toTicks(
  raw$: Observable<unknown>,
  changes$: Observable<unknown>,
  scheduler: SchedulerLike,
): Observable<Tick> {
  let raw = 0;
  let classified = 0;
  const noticed$ = merge(raw$.pipe(tap(() => raw++)), changes$.pipe(tap(() => classified++)));
  return noticed$.pipe(
    exhaustMap(() => timer(tickMs, scheduler)),
    map(() => {
      const tick = { raw, classified };
      raw = classified = 0;
      return tick;
    }),
  );
}

/** Speaks once after a storm, when it is over: the queue of the system may have overflowed unnoticed. */
export function stormsOver(ticks$: Observable<Tick>, scheduler: SchedulerLike): Observable<Tick> {
  return ticks$.pipe(
    filter(({ raw }) => raw > stormRaw),
    debounceTime(calmMs, scheduler),
  );
}
