import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hasFeatureFilter,
  readFeatureFilters,
  toFeatureQuery,
  writeFeatureFilters,
} from '../../client/dashboard/address/feature-filters.ts';
import { toFeaturePath } from '../../client/dashboard/address/paths.ts';
import { foldFeature, foldFeatures } from '../../client/dashboard/folds/reading.ts';
import {
  toConflictText,
  toPhaseTitle,
  toTaskGroups,
  toTaskShare,
  toTaskText,
} from '../../client/dashboard/format/plans.ts';
import { listFeatures } from '../../shared/api/plans.ts';
import { PlanStatus, Readiness } from '../../shared/views/plan.ts';
import type { PlanPhase, PlanTask } from '../../shared/views/plan.ts';
import { documentsChanged, event } from './build.ts';

const text = fc.string({ unit: 'grapheme' }).map((written) => written.replaceAll('\0', ''));

describe('[PG2] filters of features', () => {
  test('what is written into the address is read back', () => {
    const filters = fc.record({
      status: fc.constantFrom('' as const, ...PlanStatus.options),
      readiness: fc.constantFrom('' as const, ...Readiness.options),
      q: text,
      cursor: text,
    });

    fc.assert(
      fc.property(filters, (written) => {
        const address = writeFeatureFilters(written).toString();
        expect(readFeatureFilters(new URLSearchParams(address))).toEqual(written);
      }),
    );
  });

  test('any address is a question the server understands', () => {
    const known = fc.constantFrom('status', 'readiness', 'q', 'cursor', 'limit');

    fc.assert(
      fc.property(fc.dictionary(known, text), (query) => {
        const asked = toFeatureQuery(readFeatureFilters(new URLSearchParams(query)));
        expect(listFeatures.query.safeParse(asked).success).toBe(true);
      }),
    );
  });

  test.each([
    ['', false],
    ['status=done', true],
    ['status=nearly', false],
    ['readiness=blocked', true],
    ['readiness=soon', false],
    ['q=auth', true],
    ['cursor=abc', false],
  ])('the address %j filters: %s', (address, isFiltered) => {
    expect(hasFeatureFilter(readFeatureFilters(new URLSearchParams(address)))).toBe(isFiltered);
  });
});

test('a feature keeps its own place in the address, whatever its name holds', () => {
  expect(toFeaturePath('atlas', 'a/b c')).toBe('/projects/atlas/features/a%2Fb%20c');
});

const counts = { added: 0, updated: 0, removed: 0 };
const featuresChanged = event('features:changed', {
  added: [],
  updated: [],
  removed: [],
  taskCounts: counts,
  featureCount: 1,
  taskCount: 0,
});
const linksChanged = event('links:changed', { created: 1, updated: 0, removed: 0, total: 1 });
const elsewhere = event('links:changed', { created: 1, updated: 0, removed: 0, total: 1 }, { slug: 'dune' });
const degraded = event('watch:degraded', { state: 'polling', reason: 'ENOSPC', remedy: null });

test.each([
  ['features changed', featuresChanged, 'reload', 'reload'],
  ['a document of it may have changed', documentsChanged({}), 'same', 'reload'],
  ['links changed', linksChanged, 'same', 'reload'],
  ['links changed elsewhere', elsewhere, 'same', 'same'],
  ['a watcher degraded', degraded, 'same', 'same'],
] as const)('[PG1] when %s, the list is read again: %j; one feature: %j', (_case, heard, list, one) => {
  expect(foldFeatures<string>('atlas')('same', heard)).toBe(list);
  expect(foldFeature<string>('atlas')('same', heard)).toBe(one);
});

const tasks = (totalTasks: number, completedTasks: number, deferredTasks = 0) => ({
  totalTasks,
  completedTasks,
  deferredTasks,
});

test.each([
  [tasks(0, 0), undefined, 'no tasks'],
  [tasks(1, 0), 0, '0 of 1 task'],
  [tasks(12, 6), 0.5, '6 of 12 tasks'],
  [tasks(12, 12, 2), 1, '12 of 12 tasks, 2 deferred'],
])('the tasks %o fill %j of the bar and read %j', (figures, share, written) => {
  expect(toTaskShare(figures)).toBe(share);
  expect(toTaskText(figures)).toBe(written);
});

test.each([
  [[], 'A source says done while a phase is open'],
  [['2'], 'A source says done while phase 2 is open'],
  [['2', '3'], 'A source says done while phases 2 and 3 are open'],
  [['1', '2', '3'], 'A source says done while phases 1, 2 and 3 are open'],
])('[FT11] open phases %j: %s', (phases, written) => {
  expect(toConflictText(phases)).toBe(written);
});

test.each([
  ['3', 'Phase 3: Refactor the parser', 'Refactor the parser'],
  ['3', 'Phase 3', ''],
  ['3', 'Refactor the parser', 'Refactor the parser'],
  ['all', 'Refactor the parser', 'Refactor the parser'],
])('the title of phase %s, written %j, does not repeat its name: %j', (phase, title, shown) => {
  expect(toPhaseTitle({ phase, title })).toBe(shown);
});

describe('tasks by phase', () => {
  const phase = (token: string, sourcePath: string): PlanPhase => ({
    phase: token,
    title: `Title of ${sourcePath}`,
    status: 'backlog',
    totalTasks: 1,
    completedTasks: 0,
    deferredTasks: 0,
    progress: 0,
    sourcePath,
  });
  const task = (token: string | null, sourcePath: string) =>
    ({ id: `${token} ${sourcePath}`, phase: token, sourcePath }) as PlanTask;

  test('[FT8] stand in the order of the phases, one group for each file', () => {
    const phases = [phase('1', 'old.md'), phase('1', 'new.md'), phase('2', 'new.md')];
    const listed = [task('2', 'new.md'), task('1', 'new.md'), task(null, 'loose.md'), task('1', 'old.md')];

    const groups = toTaskGroups(listed, phases);

    expect(groups.map(({ phase: token, title }) => [token, title])).toEqual([
      ['1', 'Title of old.md'],
      ['1', 'Title of new.md'],
      ['2', 'Title of new.md'],
      [null, ''],
    ]);
  });

  test('none is lost', () => {
    const token = fc.constantFrom(null, '1', '2', 'all');
    const source = fc.constantFrom('a.md', 'b.md');
    const listed = fc.array(fc.tuple(token, source).map(([of, path]) => task(of, path)));
    const phases = fc.array(fc.tuple(fc.constantFrom('1', '2'), source).map(([of, path]) => phase(of, path)));

    fc.assert(
      fc.property(listed, phases, (given, known) => {
        const grouped = toTaskGroups(given, known).flatMap((group) => group.tasks);
        expect(grouped.toSorted(byId)).toEqual(given.toSorted(byId));
      }),
    );
  });
});

const byId = (one: PlanTask, other: PlanTask): number => (one.id < other.id ? -1 : Number(one.id > other.id));
