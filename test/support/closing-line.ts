/** Ends every run with one line to read: `N passed, N failed`, over all projects. */
import { writeSync } from 'node:fs';
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

// oxlint-disable-next-line import/no-default-export -- how vitest finds a reporter by its path
export default class ClosingLine implements Reporter {
  #tally: Tally | undefined;

  /** Written on exit: nothing else of vitest can come after it. */
  onInit(): void {
    process.once('exit', (code) => {
      const tally = this.#tally ?? { passed: 0, failed: 0, skipped: 0 };
      // A run that ended red before or between its tests has failed all the same.
      const failed = code === 0 ? tally.failed : Math.max(1, tally.failed);
      writeSync(1, `\n${toClosingLine({ ...tally, failed })}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#tally = countTests(modules, unhandledErrors.length);
  }
}

/** A file or a suite that breaks outside its tests counts as one failure: no red run may end in "0 failed". */
export function countTests(modules: readonly TestModule[], unhandledErrors: number): Tally {
  const tally: Tally = { passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    tally.failed += countBroken(module);
    for (const suite of module.children.allSuites()) tally.failed += countBroken(suite);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed' || state === 'skipped') tally[state]++;
    }
  }
  return tally;
}

export function toClosingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function countBroken(part: TestModule | TestSuite): number {
  return part.errors().length > 0 ? 1 : 0;
}
