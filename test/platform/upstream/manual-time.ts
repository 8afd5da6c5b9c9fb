/** Time that passes only while somebody waits, and chance that is always the same. */
import type { UpstreamTime } from '../../../server/platform/upstream/upstream-time.ts';

export interface ManualTime extends UpstreamTime {
  /** Every wait so far, in milliseconds. */
  readonly waits: readonly number[];
  advance(byMs: number): void;
}

export function createManualTime({ random = 0.5 }: { random?: number } = {}): ManualTime {
  const waits: number[] = [];
  let nowMs = 0;
  return {
    waits,
    nowMs: () => 1_800_000_000_000 + nowMs,
    monotonicMs: () => nowMs,
    random: () => random,
    sleep(waitMs, signal) {
      signal.throwIfAborted();
      waits.push(waitMs);
      nowMs += waitMs;
      return Promise.resolve();
    },
    advance(byMs) {
      nowMs += byMs;
    },
  };
}
