/** How often history is written and how much of it may wait (HI6, HI7). */

export interface HistoryLimits {
  /** Rows of one statement. */
  readonly batchRows: number;
  readonly batchMs: number;
  readonly longestRetryMs: number;
  readonly heartbeatMs: number;
  /** AL4: how long a stopping server waits for what is not written yet. */
  readonly closeMs: number;
  /** Of all pushes and acts of this process. */
  readonly rows: number;
  readonly bytes: number;
}

export const historyLimits: HistoryLimits = {
  batchRows: 200,
  batchMs: 100,
  longestRetryMs: 5000,
  heartbeatMs: 3000,
  closeMs: 5000,
  rows: 50_000,
  bytes: 32 * 1024 * 1024,
};
