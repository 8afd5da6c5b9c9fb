import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRetryable, toWaitMs } from '../../../server/platform/upstream/retry-policy.ts';
import { UpstreamFailure, type UpstreamFailureKind } from '../../../server/platform/upstream/upstream.ts';

const failure = (kind: UpstreamFailureKind, status: number | null, isAmbiguous: boolean) =>
  new UpstreamFailure({
    kind,
    status,
    isAmbiguous,
    message: '',
    body: null,
    activityId: null,
    retryAfterMs: null,
  });

describe('[AZ20] sent again', () => {
  test.each([
    ['a throttled read', failure('throttled', 429, false), true, true],
    ['a throttled write', failure('throttled', 429, false), false, true],
    ['a read that was reset', failure('network', null, false), true, true],
    ['a write that was reset', failure('network', null, true), false, false],
    ['a write that never left', failure('network', null, false), false, true],
    ['a read that timed out', failure('timeout', null, false), true, true],
    ['a write that timed out', failure('timeout', null, true), false, false],
    ['a read after 408', failure('timeout', 408, false), true, true],
    ['a read after 500', failure('server', 500, false), true, true],
    ['a read after 502', failure('server', 502, false), true, true],
    ['a read after 503', failure('server', 503, false), true, true],
    ['a read after 504', failure('server', 504, false), true, true],
    ['a read after 501', failure('server', 501, false), true, false],
    ['a write after 503', failure('server', 503, true), false, false],
    ['a read cut off', failure('unreadable', 200, false), true, true],
    ['a read that is too long', failure('unreadable', null, false), true, false],
    ['a read with rejected credentials', failure('auth', 203, false), true, false],
    ['a read without permission', failure('forbidden', 403, false), true, false],
    ['a read of nothing', failure('not-found', 404, false), true, false],
    ['a rejected read', failure('rejected', 400, false), true, false],
    ['a read of a refused host', failure('host', null, false), true, false],
    ['a read with an open circuit', failure('open-circuit', null, false), true, false],
  ])('%s', (_name, failed, isIdempotent, isAgain) => {
    expect(isRetryable(failed, { isIdempotent })).toBe(isAgain);
  });

  test('law: a write is never sent again while it may have taken effect', () => {
    const kinds = ['auth', 'forbidden', 'rejected', 'timeout', 'network', 'server', 'unreadable'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.option(fc.integer({ min: 100, max: 599 })),
        (kind, status) => {
          expect(isRetryable(failure(kind, status, true), { isIdempotent: false })).toBe(false);
        },
      ),
    );
  });
});

describe('[AZ20] the wait before it', () => {
  test.each([
    [1, 500],
    [2, 1_000],
    [3, 2_000],
    [6, 16_000],
    [7, 30_000],
    [20, 30_000],
    [2_000, 30_000],
  ])('attempt %i waits half of its ceiling when the dice say half', (attempt, waitMs) => {
    expect(toWaitMs({ attempt, retryAfterMs: null, random: 0.5 })).toBe(waitMs);
  });

  test('law: at most 60 s by itself, never in a tight loop, and exactly what the service asks when that is longer', () => {
    const place = fc.record({
      attempt: fc.integer({ min: 1, max: 50 }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
      retryAfterMs: fc.option(fc.integer({ min: 0, max: 600_000 })),
    });
    fc.assert(
      fc.property(place, (given) => {
        const own = toWaitMs({ ...given, retryAfterMs: null });
        expect(own).toBeGreaterThanOrEqual(100);
        expect(own).toBeLessThanOrEqual(60_000);
        expect(toWaitMs(given)).toBe(Math.max(own, given.retryAfterMs ?? 0));
      }),
    );
  });
});
