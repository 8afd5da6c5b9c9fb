import { expect, test } from 'vitest';
import { planRun, type Plan } from './plan.ts';
import { shrink, without } from './shrink.ts';

const plan = planRun({ seed: 7, durationMs: 60_000, events: 1_000, cuts: 100, kills: 20, readers: 8 });

test('[LAW1] what fails by one fault and one reader is shrunk to these, and to as little time as they need', async () => {
  const guilty = plan.faults.find(({ atMs, do: what }) => what === 'kill' && atMs > 2_000)!;
  const fails = async ({ faults, readers }: Plan) =>
    faults.includes(guilty) && readers.some(({ id }) => id === 5);

  const smallest = await shrink(plan, { fails, isOver: () => false });

  expect(smallest.faults).toEqual([guilty]);
  expect(smallest.readers.map(({ id }) => id)).toEqual([5]);
  expect(smallest).toMatchObject({ wears: [], hasProduct: false, floods: 1 });
  expect(smallest.durationMs).toBeLessThanOrEqual(Math.max(4_000, 2 * guilty.atMs + 2));
});

test('what fails whatever is taken away ends as nothing but one reader', async () => {
  const smallest = await shrink(plan, { fails: () => Promise.resolve(true), isOver: () => false });

  expect(smallest).toMatchObject({ faults: [], wears: [], hasProduct: false });
  expect(smallest.readers).toHaveLength(1);
});

test('when the time is over, the smallest that was seen to fail is the answer', async () => {
  let tries = 0;

  const smallest = await shrink(plan, { fails: () => Promise.resolve(true), isOver: () => (tries += 1) > 2 });

  expect(smallest.durationMs).toBe(plan.durationMs / 2);
});

test('without all, then without halves, then without each', () => {
  expect([...without([1, 2, 3, 4])]).toEqual([
    [],
    [3, 4],
    [1, 2],
    [2, 3, 4],
    [1, 3, 4],
    [1, 2, 4],
    [1, 2, 3],
  ]);
});
