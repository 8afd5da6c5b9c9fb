/** What the headers of an answer ask of the next calls (AZ21). */

export interface ThrottleHeaders {
  /** Nothing may be sent before this is over. */
  readonly retryAfterMs: number | null;
  /** Share of the allowance that is left, 0 to 1; null when the service says nothing. */
  readonly remainingShare: number | null;
  readonly remaining: number | null;
  /** Until the allowance is whole again. */
  readonly resetMs: number | null;
}

export function readThrottleHeaders(headers: Headers, nowMs: number): ThrottleHeaders {
  // The service's own clock, if it says: ours may differ from it.
  const serviceNowMs = toDateMs(headers.get('date')) ?? nowMs;
  const remaining = toNumber(headers.get('x-ratelimit-remaining'));
  const limit = toNumber(headers.get('x-ratelimit-limit'));
  const resetSeconds = toNumber(headers.get('x-ratelimit-reset'));
  return {
    retryAfterMs: readRetryAfter(headers.get('retry-after'), serviceNowMs),
    remaining,
    remainingShare:
      remaining === null || limit === null || limit <= 0 ? null : Math.min(remaining / limit, 1),
    resetMs: resetSeconds === null ? null : Math.max(0, resetSeconds * 1000 - serviceNowMs),
  };
}

/** Seconds or a date; anything else says nothing. */
function readRetryAfter(text: string | null, serviceNowMs: number): number | null {
  const seconds = toNumber(text);
  if (seconds !== null) return seconds * 1000;
  const dateMs = toDateMs(text);
  return dateMs === null ? null : Math.max(0, dateMs - serviceNowMs);
}

function toNumber(text: string | null): number | null {
  return text !== null && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null;
}

function toDateMs(text: string | null): number | null {
  const parsed = text === null || !/[a-z]/i.test(text) ? Number.NaN : Date.parse(text);
  return Number.isNaN(parsed) ? null : parsed;
}
