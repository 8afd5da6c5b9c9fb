import { expect, test } from 'vitest';
import { planRun, type Fault } from './plan.ts';

const scale = { durationMs: 600_000, events: 200_000, cuts: 2_000, kills: 40, readers: 8 };
const killedBy = (fault: Fault): number => (fault.do === 'kill' ? fault.seats.length : 0);

test('one seed is one plan, another seed another', () => {
  expect(planRun({ ...scale, seed: 3 })).toEqual(planRun({ ...scale, seed: 3 }));
  expect(planRun({ ...scale, seed: 3 })).not.toEqual(planRun({ ...scale, seed: 4 }));
});

test.each([1, 2, 3, 4, 5])(
  'seed %i kills as often as it was asked to, in order and within its time',
  (seed) => {
    const { faults } = planRun({ ...scale, seed });
    const times = faults.map(({ atMs }) => atMs);

    expect(faults.reduce((sum, fault) => sum + killedBy(fault), 0)).toBe(40);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(scale.durationMs);
  },
);

test('there is a reader of everything, and one by the client of the product', () => {
  const { readers } = planRun({ ...scale, seed: 1 });

  expect(readers[0]).toMatchObject({ wish: { topics: [], types: [] } });
  expect(readers.some(({ isSdk }) => isSdk)).toBe(true);
});
