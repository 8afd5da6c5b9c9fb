/** A backup whose reader has gone lets go of its snapshot, once, however it ends. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runPatiently } from '../../server/features/backup/patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openSource() {
  const told: string[] = [];
  async function* source(): AsyncGenerator<number, void, void> {
    try {
      yield 1;
      yield 2;
    } finally {
      told.push('let go');
    }
  }
  const leaving = new AbortController();
  const onEnd = () => void told.push('ended');
  const rows = runPatiently(source(), { patienceMs: 1000, signal: leaving.signal, onEnd });
  return { rows, told, leaving };
}

test('read to its end, it ends once', async () => {
  const { rows, told } = openSource();
  const read = [];

  for await (const row of rows) read.push(row);
  await vi.advanceTimersByTimeAsync(5_000);

  expect([read, told]).toEqual([
    [1, 2],
    ['let go', 'ended'],
  ]);
});

test('a reader that asks for nothing for so long is given up, and told when it asks again', async () => {
  const { rows, told } = openSource();
  await rows.next();

  await vi.advanceTimersByTimeAsync(999);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);

  expect(told.toSorted()).toEqual(['ended', 'let go']);
  await expect(rows.next()).rejects.toThrow('The reader has gone');
});

test('a connection that closes ends it at once, before the first row too', async () => {
  const [early, late] = [openSource(), openSource()];
  await late.rows.next();

  early.leaving.abort();
  late.leaving.abort();
  await vi.advanceTimersByTimeAsync(0);

  // What was never begun holds nothing.
  expect(early.told).toEqual(['ended']);
  expect(late.told.toSorted()).toEqual(['ended', 'let go']);
});

test('a reader that leaves the loop is enough', async () => {
  const { rows, told } = openSource();

  for await (const row of rows) if (row === 1) break;

  expect(told).toEqual(['ended', 'let go']);
});
