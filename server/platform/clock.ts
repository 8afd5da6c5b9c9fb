/** Time as the server sees it: the wall for stamps, the monotonic clock for durations. */

export interface Clock {
  now(): Date;
  /** Milliseconds that only ever grow, from an arbitrary start. */
  monotonicMs(): number;
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
};
