/** The line a run ends with: red whenever anything broke, inside a test or outside. */
import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { readOutcome } from './closing-line.ts';
import { findDoubtful, merge, sum, toClosingLine, toRemarks, type FileOutcome } from './outcome.mjs';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

/** As much of a module as counting looks at. */
function moduleOf({
  states = [],
  errors = 0,
  suiteErrors = 0,
}: {
  states?: State[];
  errors?: number;
  suiteErrors?: number;
}) {
  const broken = (count: number) => ({
    errors: () => Array.from({ length: count }, () => new Error('broken')),
  });
  return {
    ...broken(errors),
    project: { name: 'unit' },
    relativeModuleId: 'test/some.test.ts',
    children: {
      allSuites: () => [broken(suiteErrors)],
      allTests: () => states.map((state) => ({ fullName: 'it works', result: () => ({ state }) })),
    },
  } as unknown as TestModule;
}

test.each([
  ['nothing ran', [], 0, '0 passed, 0 failed'],
  ['all passed', [{ states: ['passed', 'passed'] }, { states: ['passed'] }], 0, '3 passed, 0 failed'],
  ['one failed', [{ states: ['passed', 'failed'] }], 0, '1 passed, 1 failed'],
  ['one was skipped', [{ states: ['passed', 'skipped'] }], 0, '1 passed, 0 failed, 1 skipped'],
  ['one was cut off before it ended', [{ states: ['passed', 'pending'] }], 0, '1 passed, 0 failed'],
  ['a file did not load', [{ errors: 1 }, { states: ['passed'] }], 0, '1 passed, 1 failed'],
  ['a hook of a suite failed', [{ states: ['skipped'], suiteErrors: 2 }], 0, '0 passed, 1 failed, 1 skipped'],
  ['an error rose outside every test', [{ states: ['passed'] }], 1, '1 passed, 1 failed'],
] as [string, Parameters<typeof moduleOf>[0][], number, string][])(
  'when %s, the line says so',
  (_, modules, unhandledErrors, line) => {
    const unhandled = Array.from({ length: unhandledErrors }, () => ({ message: 'rejected' }));
    expect(toClosingLine(sum(readOutcome(modules.map(moduleOf), unhandled)))).toBe(line);
  },
);

const fileOf = (file: string, tally: Partial<FileOutcome> = {}): FileOutcome => ({
  project: 'unit',
  file,
  passed: 2,
  failed: 0,
  skipped: 0,
  failures: [],
  ...tally,
});
const steady = fileOf('steady');
const unsteady = fileOf('unsteady', { passed: 1, failed: 1, failures: ['late: timed out'] });

test('a file that failed is looked at once more, and what it says then counts', () => {
  const first = { files: [steady, unsteady], unhandled: [] };
  expect(findDoubtful(first)).toEqual([unsteady]);

  const last = merge(first, [{ files: [fileOf('unsteady')], unhandled: [] }]);
  expect(sum(last)).toEqual({ passed: 4, failed: 0, skipped: 0 });
  expect(toRemarks(first, last)).toEqual([
    'Unsteady (failed beside others, passed alone): unit unsteady › late: timed out',
  ]);
});

test('a file that fails alone too has failed', () => {
  const first = { files: [steady, unsteady], unhandled: [] };
  const last = merge(first, [{ files: [unsteady], unhandled: [] }]);
  expect(sum(last)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  expect(toRemarks(first, last)).toEqual(['Failed: unit unsteady › late: timed out']);
});

test('what fails outside every test is never excused, nor is a run in which much fails', () => {
  expect(findDoubtful({ files: [unsteady], unhandled: ['rejected'] })).toEqual([]);
  const many = Array.from({ length: 7 }, (_, at) => fileOf(`${at}`, { failed: 1 }));
  expect(findDoubtful({ files: many, unhandled: [] })).toEqual([]);
});
