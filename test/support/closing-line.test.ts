/** The line a run ends with: red whenever anything broke, inside a test or outside. */
import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { countTests, toClosingLine } from './closing-line.ts';

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
    children: {
      allSuites: () => [broken(suiteErrors)],
      allTests: () => states.map((state) => ({ result: () => ({ state }) })),
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
    expect(toClosingLine(countTests(modules.map(moduleOf), unhandledErrors))).toBe(line);
  },
);
