import { describe, expect, test } from 'vitest';
import { createPacing, toGapMs } from '../../../server/platform/upstream/pacing.ts';
import { readThrottleHeaders } from '../../../server/platform/upstream/throttle-headers.ts';
import { createManualTime } from './manual-time.ts';

const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0);
const read = (headers: Readonly<Record<string, string>>) => readThrottleHeaders(new Headers(headers), nowMs);

describe('[AZ21] what headers ask for', () => {
  test.each([
    ['seconds', { 'Retry-After': '34' }, 34_000],
    ['none', {}, null],
    ['zero', { 'Retry-After': '0' }, 0],
    ['a date', { 'Retry-After': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    ['a date that is over', { 'Retry-After': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
    [
      'a date by the clock of the service',
      { 'Retry-After': 'Sat, 21 Nov 2026 13:00:30 GMT', Date: 'Sat, 21 Nov 2026 13:00:00 GMT' },
      30_000,
    ],
    ['nonsense', { 'Retry-After': 'soon' }, null],
    ['a negative number', { 'Retry-After': '-5' }, null],
  ])('Retry-After: %s', (_name, headers, waitMs) => {
    expect(read(headers).retryAfterMs).toBe(waitMs);
  });

  test('the allowance is told by what is left, of how much, and until when', () => {
    const headers = {
      'X-RateLimit-Remaining': '5',
      'X-RateLimit-Limit': '200',
      'X-RateLimit-Reset': String(nowMs / 1000 + 60),
    };

    expect(read(headers)).toMatchObject({ remaining: 5, remainingShare: 0.025, resetMs: 60_000 });
  });
});

const allowance = (remaining: number, resetMs: number | null, limit: number | null = 200) => ({
  retryAfterMs: null,
  remaining,
  remainingShare: limit === null ? null : remaining / limit,
  resetMs,
});

test.each([
  ['plenty is left', allowance(100, 60_000), 0],
  ['a little is left', allowance(19, 60_000), 3_000],
  ['nothing is left', allowance(0, 60_000), 5_000],
  ['nothing is left for a moment only', allowance(0, 800), 800],
  ['nothing is left and nobody says how long', allowance(0, null), 5_000],
  ['few units are left of an unknown allowance', allowance(9, 30_000, null), 3_000],
])('[AZ21] when %s', (_name, throttle, gapMs) => {
  expect(toGapMs(throttle)).toBe(gapMs);
});

describe('[AZ21] pacing', () => {
  test('holds every call until Retry-After is over, also after a success', () => {
    const time = createManualTime();
    const pacing = createPacing(time);

    pacing.note(read({ 'Retry-After': '34' }));
    time.advance(30_000);
    expect(pacing.waitMs()).toBe(4_000);

    time.advance(4_000);
    expect(pacing.waitMs()).toBe(0);
  });

  test('is not shortened by a later answer that asks for less', () => {
    const pacing = createPacing(createManualTime());

    pacing.note(read({ 'Retry-After': '34' }));
    pacing.note(read({ 'Retry-After': '1' }));
    pacing.note(read({}));

    expect(pacing.waitMs()).toBe(34_000);
  });

  test('keeps calls apart near the end of the allowance, and lets them run again after it', () => {
    const time = createManualTime();
    const pacing = createPacing(time);

    pacing.note(allowance(0, 2_000));
    expect(pacing.waitMs()).toBe(2_000);
    time.advance(2_000);
    pacing.take();
    expect(pacing.waitMs()).toBe(2_000);

    pacing.note(read({}));
    expect(pacing.waitMs()).toBe(0);
  });
});
