/** What is wrong with a history, by name, so that a run can be summed up and shrunk. */
export const faultsOfHistory = [
  'lost',
  'repeated',
  'reordered',
  'phantom',
  'altered',
  'groundless-reset',
  'oddity',
  'journal-gap',
  'unwritten',
  'written-twice',
  'endless-operation',
  'ended-twice',
  'record-disagrees',
  'unknown-operation',
  'held-lease',
  'view-differs',
  'stuck',
  'died',
] as const;
export type Wrong = (typeof faultsOfHistory)[number];

export interface Finding {
  readonly wrong: Wrong;
  readonly detail: string;
}

export const countOf = (findings: readonly Finding[], ...kinds: readonly Wrong[]): number =>
  findings.filter(({ wrong }) => kinds.includes(wrong)).length;
