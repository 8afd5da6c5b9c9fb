/** What came of a run, file by file, and of a second look at the files that failed. */

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 * @typedef {Tally & { project: string, file: string, failures: string[] }} FileOutcome
 * @typedef {{ files: FileOutcome[], unhandled: string[] }} Outcome
 */

/** A run in which more fails than this is broken, not unlucky: a second look would only cost time. */
const lookedAtTwice = 6;

/**
 * The files to run once more, alone: a test that fails beside thousands of others on a busy machine and passes by
 * itself is unsteady. What fails outside every test has no file and is never excused.
 * @param {Outcome} outcome
 * @returns {FileOutcome[]}
 */
export function findDoubtful({ files, unhandled }) {
  const failed = files.filter((file) => file.failed > 0);
  return unhandled.length > 0 || failed.length > lookedAtTwice ? [] : failed;
}

/**
 * The outcome with the second look in place of the first.
 * @param {Outcome} first
 * @param {Outcome[]} looks
 * @returns {Outcome}
 */
export function merge(first, looks) {
  const second = new Map(looks.flatMap(({ files }) => files).map((file) => [toKey(file), file]));
  return {
    files: first.files.map((file) => second.get(toKey(file)) ?? file),
    unhandled: [...first.unhandled, ...looks.flatMap(({ unhandled }) => unhandled)],
  };
}

/** @param {FileOutcome} outcome */
const toKey = ({ project, file }) => `${project} ${file}`;

/**
 * @param {Outcome} outcome
 * @returns {Tally}
 */
export function sum({ files, unhandled }) {
  const tally = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const { passed, failed, skipped } of files) {
    tally.passed += passed;
    tally.failed += failed;
    tally.skipped += skipped;
  }
  return tally;
}

/** @param {Tally} tally */
export const toClosingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/**
 * A line for each thing that failed, and for each that failed only beside others.
 * @param {Outcome} first
 * @param {Outcome} last
 * @returns {string[]}
 */
export function toRemarks(first, last) {
  const failed = last.files.flatMap(toLines);
  const unsteady = first.files.flatMap(toLines).filter((line) => !failed.includes(line));
  return [
    ...last.unhandled.map((error) => `Failed outside every test: ${error}`),
    ...failed.map((line) => `Failed: ${line}`),
    ...unsteady.map((line) => `Unsteady (failed beside others, passed alone): ${line}`),
  ];
}

/** @param {FileOutcome} outcome */
const toLines = ({ project, file, failures }) => failures.map((failure) => `${project} ${file} › ${failure}`);
