/** Ends every run with one line to read: `N passed, N failed`, over all projects; or leaves the outcome in a file. */
import { writeFileSync, writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { sum, toClosingLine, type FileOutcome, type Outcome } from './outcome.mjs';

/** Where whoever started the run wants its outcome. */
export const outcomeVariable = 'SYNCLINE_TEST_OUTCOME';

// oxlint-disable-next-line import/no-default-export -- how vitest finds a reporter by its path
export default class ClosingLine implements Reporter {
  #outcome: Outcome | undefined;

  /** Written on exit: nothing else of vitest can come after it. */
  onInit(): void {
    process.once('exit', (code) => {
      const outcome = admit(this.#outcome ?? { files: [], unhandled: [] }, code);
      const file = process.env[outcomeVariable];
      if (file === undefined) writeSync(1, `\n${toClosingLine(sum(outcome))}\n`);
      else writeFileSync(file, JSON.stringify(outcome));
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly { message?: string }[]): void {
    this.#outcome = readOutcome(modules, unhandledErrors);
  }
}

/** A run that ended red before or between its tests has failed all the same. */
function admit(outcome: Outcome, code: number | string | undefined): Outcome {
  if (code === 0 || sum(outcome).failed > 0) return outcome;
  return { ...outcome, unhandled: [...outcome.unhandled, `the run ended with ${code}`] };
}

/** A file or a suite that breaks outside its tests counts as one failure: no red run may end in "0 failed". */
export function readOutcome(
  modules: readonly TestModule[],
  unhandledErrors: readonly { message?: string }[],
): Outcome {
  return {
    files: modules.map(readFile),
    unhandled: unhandledErrors.map(({ message }) => toFirstLine(message)),
  };
}

function readFile(module: TestModule): FileOutcome {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const broken = [module, ...module.children.allSuites()].filter((part) => part.errors().length > 0);
  for (const part of broken) failures.push(`outside its tests: ${toReason(part.errors())}`);
  for (const test of module.children.allTests()) {
    const { state, errors } = test.result();
    if (state === 'passed' || state === 'failed' || state === 'skipped') tally[state]++;
    if (state === 'failed') failures.push(`${test.fullName}: ${toReason(errors)}`);
  }
  tally.failed += broken.length;
  return { ...tally, project: module.project.name, file: module.relativeModuleId, failures };
}

const toReason = (errors: readonly { message?: string }[] = []): string => toFirstLine(errors[0]?.message);

const toFirstLine = (message = ''): string => (message.split('\n')[0] ?? '').slice(0, 300);
