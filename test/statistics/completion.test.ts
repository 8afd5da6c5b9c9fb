import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sumGroups, toPercentage, type DocumentGroup } from '../../server/features/statistics/completion.ts';

test.each([
  [0, 0, 0],
  [0, 7, 0],
  [7, 7, 100],
  [1, 3, 33.3],
  [2, 3, 66.7],
  [1, 16, 6.3],
  [1, 2000, 0.1],
  [1, 2001, 0],
  [1999, 2000, 100],
  [999, 1000, 99.9],
])('[SA3] %i of %i done is %d %', (done, total, percentage) => {
  expect(toPercentage({ done, total })).toBe(percentage);
});

const group = (over: Partial<DocumentGroup>): DocumentGroup => ({
  type: 'story',
  status: 'Draft',
  documents: 1,
  storyPoints: 0,
  isTerminal: false,
  ...over,
});

test('[SA1] only stories count for completion, and no status is the key "null"', () => {
  const totals = sumGroups([
    group({ documents: 3, storyPoints: 8 }),
    group({ status: 'Done', documents: 1, storyPoints: 5, isTerminal: true }),
    group({ type: 'epic', status: 'Done', documents: 9, storyPoints: 40, isTerminal: true }),
    group({ type: 'prd', status: null, documents: 2 }),
  ]);

  expect(totals).toEqual({
    total_documents: 15,
    by_type: { epic: 9, prd: 2, story: 4 },
    by_status: { Done: 10, Draft: 3, null: 2 },
    completion_percentage: 25,
    stories: { total: 4, done: 1 },
    story_points: { total: 13, done: 5 },
  });
});

test('[SA1] an empty project is all zeros', () => {
  expect(sumGroups([])).toEqual({
    total_documents: 0,
    by_type: {},
    by_status: {},
    completion_percentage: 0,
    stories: { total: 0, done: 0 },
    story_points: { total: 0, done: 0 },
  });
});

const anyGroup = fc.record({
  type: fc.constantFrom('story', 'epic', '__proto__'),
  status: fc.constantFrom('Done', 'Draft', 'constructor', null),
  documents: fc.integer({ min: 1, max: 10_000 }),
  storyPoints: fc.integer({ min: 0, max: 10_000 }),
  isTerminal: fc.boolean(),
});

test('[SA3] the total of all projects is that of their documents, however they are divided', () =>
  fc.assert(
    fc.property(fc.array(fc.array(anyGroup)), (projects) => {
      const together = sumGroups(projects.flat());
      const apart = projects.map(sumGroups);

      const sum = (figure: (totals: ReturnType<typeof sumGroups>) => number) =>
        apart.reduce((total, one) => total + figure(one), 0);
      const stories = { total: sum((one) => one.stories.total), done: sum((one) => one.stories.done) };
      expect(together.total_documents).toBe(sum((one) => one.total_documents));
      expect(together.stories).toEqual(stories);
      expect(together.completion_percentage).toBe(toPercentage(stories));
      expect(Object.values(together.by_type).reduce((all, one) => all + one, 0)).toBe(
        together.total_documents,
      );
      expect(Object.values(together.by_status).reduce((all, one) => all + one, 0)).toBe(
        together.total_documents,
      );
    }),
  ));
