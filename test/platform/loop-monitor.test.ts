/** The process notices when it was away. */
import { firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { judgeBeat, openLoopMonitor } from '../../server/platform/loop-monitor.ts';
import { eventlessName } from '../../server/platform/eventless.ts';
import { stretchPollMs } from '../../server/platform/poll-interval.ts';

test.each([
  ['on time', 250, 250, { kind: 'steady' }],
  ['a little late', 700, 700, { kind: 'steady' }],
  ['the event loop was held for a second', 1250, 1250, { kind: 'stall', ms: 1000 }],
  ['the machine slept for an hour', 250, 3_600_250, { kind: 'jump', ms: 3_600_000 }],
  ['the clock was set back an hour', 250, -3_599_750, { kind: 'jump', ms: -3_600_000 }],
])('[WT8] a beat of the timer: %s', (_, monotonicMs, wallMs, beat) => {
  expect(judgeBeat(monotonicMs, wallMs)).toEqual(beat);
});

test('[WT8] a blocked event loop is told once it runs again', async () => {
  await using monitor = openLoopMonitor();
  const stalled = firstValueFrom(monitor.stalls$);

  hold(900);

  expect((await stalled).ms).toBeGreaterThan(500);
});

test('[ST4] the delay of the event loop is measured', async () => {
  await using monitor = openLoopMonitor();
  await expect.poll(() => (hold(60), monitor.p99Ms())).toBeGreaterThan(20);
});

function hold(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test.each([
  [2000, 10, 2000],
  [2000, 100, 2000],
  [2000, 400, 8000],
])('[WT10] polled every %d ms, with passes of %d ms: every %d ms', (pollMs, passMs, everyMs) => {
  expect(stretchPollMs(pollMs, passMs)).toBe(everyMs);
});

test.each([
  ['NFS', 0x6969, 'NFS'],
  ['CIFS, reported as a negative number', 0xff534d42 | 0, 'CIFS'],
  ['ext4', 0xef53, null],
])('[WT10] whether a file system tells of changes: %s', (_, type, name) => {
  expect(eventlessName(type)).toBe(name);
});
