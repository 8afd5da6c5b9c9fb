/** Which failed calls are sent again, and after how long (AZ20). */
import type { UpstreamFailure } from './upstream.ts';

/** What never left, or was refused before execution, may always be repeated; the rest only if the call is a read. */
export function isRetryable(failure: UpstreamFailure, { isIdempotent }: { isIdempotent: boolean }): boolean {
  if (failure.kind === 'throttled') return true;
  if (failure.kind === 'network') return isIdempotent || !failure.isAmbiguous;
  return isIdempotent && isPassing(failure);
}

/** Full jitter below 1, 2, 4 … 60 s; what the service asks for is kept exactly when that is longer. */
export function toWaitMs({ attempt, retryAfterMs, random }: RetryPlace): number {
  const ceilingMs = Math.min(firstCeilingMs * 2 ** (attempt - 1), lastCeilingMs);
  return Math.max(leastWaitMs, Math.floor(random * ceilingMs), retryAfterMs ?? 0);
}

interface RetryPlace {
  /** How many times it has been sent. */
  readonly attempt: number;
  readonly retryAfterMs: number | null;
  /** 0 up to, not including, 1. */
  readonly random: number;
}

function isPassing({ kind, status }: UpstreamFailure): boolean {
  if (kind === 'timeout') return true;
  // Cut off it may come whole the next time; too long (known without its status) it stays too long.
  if (kind === 'unreadable') return status !== null;
  return kind === 'server' && status !== null && [500, 502, 503, 504].includes(status);
}

const firstCeilingMs = 1_000;
const lastCeilingMs = 60_000;
/** However the dice fall, never a tight loop. */
const leastWaitMs = 100;
