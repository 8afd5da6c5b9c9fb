export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export interface FileOutcome extends Tally {
  readonly project: string;
  readonly file: string;
  /** The tests that failed, each with the first line of why. */
  readonly failures: readonly string[];
}

export interface Outcome {
  readonly files: readonly FileOutcome[];
  /** What failed outside every test. */
  readonly unhandled: readonly string[];
}

export function findDoubtful(outcome: Outcome): FileOutcome[];
export function merge(first: Outcome, looks: readonly Outcome[]): Outcome;
export function sum(outcome: Outcome): Tally;
export function toClosingLine(tally: Tally): string;
export function toRemarks(first: Outcome, last: Outcome): string[];
