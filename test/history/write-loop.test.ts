/** When what was told is written (HI6, HI7). */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { historyLimits } from '../../server/features/history/limits.ts';
import { WriteLoop } from '../../server/features/history/write-loop.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function openLoop() {
  const state = { waiting: 0, isAway: false, writes: [] as number[], retries: [] as number[], recoveries: 0 };
  const { batchRows, batchMs, longestRetryMs } = historyLimits;
  const loop = new WriteLoop({
    batchMs,
    longestRetryMs,
    hasWork: () => state.waiting > 0,
    isUrgent: () => state.waiting >= batchRows,
    async write() {
      if (state.isAway) throw new Error('away');
      state.writes.push(state.waiting);
      state.waiting = 0;
    },
    failed: (_failure, retryMs) => state.retries.push(retryMs),
    recovered: () => (state.recoveries += 1),
  });
  const tell = (rows: number) => {
    for (let row = 0; row < rows; row += 1) {
      state.waiting += 1;
      loop.ring();
    }
  };
  return { state, loop, tell };
}

test('[HI6] a few rows wait for a tenth of a second, and are written together', async () => {
  const { state, tell } = openLoop();

  tell(3);
  await vi.advanceTimersByTimeAsync(99);
  const early = [...state.writes];
  tell(2);
  await vi.advanceTimersByTimeAsync(1);

  expect([early, state.writes]).toEqual([[], [5]]);
});

test('[HI6] two hundred rows are written at once', async () => {
  const { state, tell } = openLoop();

  tell(200);
  await vi.advanceTimersByTimeAsync(0);

  expect(state.writes).toEqual([200]);
});

test('[HI7] what fails is tried again, at most five seconds apart, and rows that come in between do not hurry it', async () => {
  const { state, tell } = openLoop();
  state.isAway = true;

  tell(1);
  await vi.advanceTimersByTimeAsync(100);
  for (let second = 0; second < 40; second += 1) {
    tell(10);
    await vi.advanceTimersByTimeAsync(1000);
  }
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(5000);

  expect(state.retries.slice(0, 8)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(Math.max(...state.retries)).toBe(5000);
  expect([state.writes, state.recoveries]).toEqual([[401], 1]);
});

test('[AL4] a flush writes at once and waits for it', async () => {
  const { state, loop, tell } = openLoop();
  tell(3);

  await loop.flush(5000);

  expect(state.writes).toEqual([3]);
});

test('[AL4] a flush is not waited for longer than it may take', async () => {
  const { state, loop, tell } = openLoop();
  state.isAway = true;
  tell(1);
  let isOver = false;
  void loop.flush(5000).then(() => (isOver = true));

  await vi.advanceTimersByTimeAsync(4999);
  const early = isOver;
  await vi.advanceTimersByTimeAsync(1);

  expect([early, isOver]).toEqual([false, true]);
});
