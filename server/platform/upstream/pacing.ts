/** Says when the next call may be sent: one for all calls with the same credentials, as the service counts them (AZ21). */
import type { ThrottleHeaders } from './throttle-headers.ts';
import type { UpstreamTime } from './upstream-time.ts';

export interface Pacing {
  /** How long the next call has to wait from now. */
  waitMs(): number;
  /** Takes the next place in the row: later calls keep their distance from this one. */
  take(): void;
  note(throttle: ThrottleHeaders): void;
}

export function createPacing(time: Pick<UpstreamTime, 'monotonicMs'>): Pacing {
  let heldUntilMs = 0;
  let nextPlaceMs = 0;
  let gapMs = 0;
  return {
    waitMs: () => Math.max(0, heldUntilMs - time.monotonicMs(), nextPlaceMs - time.monotonicMs()),
    take() {
      nextPlaceMs = Math.max(nextPlaceMs, time.monotonicMs()) + gapMs;
    },
    note(throttle) {
      const nowMs = time.monotonicMs();
      if (throttle.retryAfterMs !== null) heldUntilMs = Math.max(heldUntilMs, nowMs + throttle.retryAfterMs);
      gapMs = toGapMs(throttle);
      // What an earlier answer asked for ends with it; what this one asks for begins at once.
      nextPlaceMs = nowMs + gapMs;
    },
  };
}

/** Spreads what is left of the allowance over the time until it is whole again. */
export function toGapMs({ remaining, remainingShare, resetMs }: ThrottleHeaders): number {
  if (remaining === null) return 0;
  const isNearEnd = remainingShare === null ? remaining < fewUnits : remainingShare < smallShare;
  if (!isNearEnd) return 0;
  return Math.min((resetMs ?? longestGapMs) / (remaining + 1), longestGapMs);
}

const smallShare = 0.1;
const fewUnits = 10;
/** The service delays and refuses by itself: this only avoids running into the refusal. */
const longestGapMs = 5_000;
