/** How often one may ask, and how guessing is slowed down, on a clock of the test's own (GU10, GU4). */
import { expect, test } from 'vitest';
import { noLimits, RateLimits, toNeighbourhood } from '../../server/http/rate-limits.ts';
import { Recent } from '../../server/http/recent.ts';

function open(settings: Partial<typeof noLimits>) {
  let nowMs = 0;
  const limits = new RateLimits({ ...noLimits, ...settings }, { monotonicMs: () => nowMs });
  return { limits, pass: (ms: number) => (nowMs += ms) };
}

/** The status a call ends with, and how long it asks to wait. */
function outcome(call: () => void): string {
  try {
    call();
    return 'let in';
  } catch (failure) {
    const { status, headers } = failure as { status: number; headers: Record<string, string> };
    return `${status} after ${headers['Retry-After']}`;
  }
}

const two = { burst: 2, perSecond: 0.5 };

test('[GU10] one client that asks too often is told when to come back, and others are not', () => {
  const { limits, pass } = open({ requests: two });
  const ask = (client: string) => outcome(() => limits.checkRequest(client));

  expect([ask('a'), ask('a'), ask('a'), ask('b')]).toEqual(['let in', 'let in', '429 after 2', 'let in']);
  pass(2000);
  expect([ask('a'), ask('a')]).toEqual(['let in', '429 after 2']);
});

test('[GU10] requests and streams are counted apart, and without a limit not at all', () => {
  const { limits } = open({ streams: two });
  const many = Array.from({ length: 1000 }, () => outcome(() => limits.checkRequest('a')));
  const streams = Array.from({ length: 3 }, () => outcome(() => limits.checkStream('a')));

  expect(new Set(many)).toEqual(new Set(['let in']));
  expect(streams).toEqual(['let in', 'let in', '429 after 2']);
});

test('[GU4] whoever guesses is slowed down, and a right guess is refused like a wrong one', () => {
  const { limits, pass } = open({ failures: two });
  const show = (address: string, grant?: string) => outcome(() => limits.checkToken(address, grant));

  expect([show('a'), show('a'), show('a')]).toEqual(['let in', 'let in', '429 after 2']);
  expect(show('a', 'right')).toBe('429 after 2');
  expect(show('b', 'right')).toBe('let in');
  pass(2000);
  expect(show('a', 'right')).toBe('let in');
});

test('[GU4] who has shown a right token before goes on while somebody guesses from the same address', () => {
  const { limits } = open({ failures: two });
  limits.checkToken('a', 'known');
  for (let guess = 0; guess < 2; guess += 1) limits.checkToken('a', undefined);

  expect(outcome(() => limits.checkToken('a', 'known'))).toBe('let in');
  expect(outcome(() => limits.checkToken('a', 'new'))).toBe('429 after 2');
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  [null, 'unknown'],
  ['2001:db8:1:2:aaaa::1', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:bbbb:c:d:e', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1:2:3:4', 'fe80:0:0:0::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
])('[GU10] %s is counted as %s', (address, expected) => {
  expect(toNeighbourhood(address)).toBe(expected);
});

test('[GU10] what strangers make it remember is bounded, and the longest unasked is forgotten first', () => {
  const recent = new Recent<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) recent.of(key, () => index);
  recent.of('a', () => 9);
  recent.of('d', () => 3);

  expect(recent.size).toBe(3);
  expect(recent.of('a', () => 9)).toBe(0);
  expect(recent.of('b', () => 9)).toBe(9);
});
