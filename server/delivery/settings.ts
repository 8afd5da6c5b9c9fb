/** The bounds that every stream lives within, in one place. */

export interface DeliverySettings {
  readonly heartbeatMs: number;
  /** A stream is asked to reconnect after about this long. */
  readonly maxAgeMs: number;
  /** How long a peer may take nothing of what waits for it. */
  readonly writeDeadlineMs: number;
  /** How long a stream that was told goodbye may take to hear it. */
  readonly lingerMs: number;
  /** How long a stream that has said all may take to be read to its end. */
  readonly drainMs: number;
  /** What may wait for one peer in memory; what is beyond stays in the journal. */
  readonly queueBytes: number;
  readonly retryMs: number;
  readonly maxStreams: number;
}

export const defaultSettings: DeliverySettings = {
  heartbeatMs: 15_000,
  maxAgeMs: 30 * 60_000,
  writeDeadlineMs: 5_000,
  lingerMs: 4_000,
  drainMs: 60_000,
  queueBytes: 1_048_576,
  retryMs: 2_000,
  maxStreams: 1_000,
};

/** Spread by a quarter to either side, so that those who came together do not come back together. */
export const jitter = (ms: number): number => Math.round(ms * (0.75 + Math.random() / 2));
