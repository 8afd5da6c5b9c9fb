/** Time that moves only when the test says so, and time that runs faster than the wall's. */
import type { Clock } from '../../../client/sdk/clock.ts';

export interface ManualClock extends Clock {
  /** Runs what falls due, in the order of time. */
  advance(ms: number): void;
}

export function createManualClock(startMs = 1_000_000): ManualClock {
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>();
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (due === undefined) break;
        timers.delete(due);
        nowMs = Math.max(nowMs, due.atMs);
        due.run();
      }
      nowMs = endMs;
    },
  };
}

/** A hundred seconds pass in one: for whole stories over real sockets. */
export function createFastClock(factor: number): Clock {
  return {
    nowMs: () => performance.now() * factor,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
