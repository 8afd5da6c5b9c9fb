/** Time and chance as retries see them, so that tests own both. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface UpstreamTime {
  /** The wall: only for times that a service writes as dates. */
  nowMs(): number;
  monotonicMs(): number;
  /** Rejects with the reason of the signal. */
  sleep(waitMs: number, signal: AbortSignal): Promise<void>;
  /** 0 up to, not including, 1. */
  random(): number;
}

export const systemTime: UpstreamTime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(waitMs, signal) {
    try {
      await sleep(Math.min(waitMs, longestTimerMs), undefined, { signal });
    } catch (error) {
      // Node rejects with an AbortError of its own; callers are promised the reason.
      throw signal.aborted ? signal.reason : error;
    }
  },
  random: () => Math.random(),
};

/** Node fires longer timers at once. Whoever waits looks again whether the time is up. */
const longestTimerMs = 2_147_483_647;
