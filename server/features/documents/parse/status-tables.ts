/** The words documents use for their state, by type (DC10), and what each means for derivation (DP13). */

export const canonicalStatuses = [
  'pending',
  'in_progress',
  'review',
  'completed',
  'inferred_complete',
  'blocked',
  'deferred',
  'archived',
] as const;

export type KnownStatus = (typeof canonicalStatuses)[number];
export type CanonicalStatus = KnownStatus | 'unknown';

export interface TypeStatuses {
  readonly open: readonly string[];
  readonly terminal: readonly string[];
}

export const builtInStatuses: Readonly<Record<string, TypeStatuses>> = {
  epic: { open: ['Draft', 'Ready', 'Approved', 'In Progress'], terminal: ['Done'] },
  story: {
    open: ['Proposed', 'Draft', 'Ready', 'Planned', 'In Progress', 'Review', 'Blocked', 'Deferred'],
    terminal: ['Done', "Won't Implement", 'Superseded'],
  },
  plan: { open: ['Draft', 'Ready', 'In Progress'], terminal: ['Complete', 'Superseded'] },
  'test-spec': { open: ['Draft', 'Ready', 'In Progress'], terminal: ['Complete', 'Superseded'] },
  bug: {
    open: ['inbox', 'Open', 'In Progress'],
    terminal: ['Fixed', 'Verified', 'Resolved', 'Closed', "Won't Fix", 'Superseded'],
  },
  issue: {
    open: ['Open', 'Triaging', 'Triaged'],
    terminal: ['Fixed', 'Verified', 'Resolved', 'Closed', "Won't Fix", 'Superseded'],
  },
  cr: {
    open: ['inbox', 'Proposed', 'Approved', 'In Progress', 'Blocked', 'Deferred'],
    terminal: ['Complete', 'Rejected', 'Superseded'],
  },
  rfc: { open: ['inbox', 'Draft', 'In Review'], terminal: ['Accepted', 'Superseded', 'Withdrawn'] },
  charter: { open: ['Queued'], terminal: ['Spent', 'Withdrawn', 'Superseded'] },
  workflow: {
    open: ['Created', 'Planning', 'Testing', 'Implementing', 'Verifying', 'Reviewing', 'Checking', 'Paused'],
    terminal: ['Done', 'Superseded'],
  },
};

export const terminalEverywhere: readonly string[] = ['Done', 'Complete'];

/** Recognised in every document, although no type lists them. */
export const furtherStatuses: readonly string[] = [
  'Active',
  'Completed',
  'Generated',
  'Living',
  'Remediated',
];

/** `null`: a living document, one that never ends. */
export const canonicalOf: ReadonlyMap<string, KnownStatus | null> = new Map([
  ...spread('pending', 'pending draft planning planned backlog todo not_started proposed ready open created'),
  ...spread('pending', 'queued inbox idea triaging triaged'),
  ...spread('in_progress', 'in_progress inprogress active working wip started partial implementing testing'),
  ...spread('in_progress', 'verifying checking research'),
  ...spread('review', 'review in_review reviewing'),
  ...spread('completed', 'completed complete done accepted approved concluded finalized published fixed'),
  ...spread('completed', 'verified resolved closed generated remediated research_complete shipped'),
  ...spread('inferred_complete', 'inferred_complete auto_complete'),
  ...spread('blocked', 'blocked waiting stalled paused on_hold'),
  ...spread('deferred', 'deferred postponed skipped'),
  ...spread('archived', "archived superseded withdrawn rejected spent won't_implement wont_implement"),
  ...spread('archived', "won't_fix wont_fix cancelled canceled obsolete"),
  ...spread(null, 'living'),
]);

function spread(status: KnownStatus | null, words: string): [string, KnownStatus | null][] {
  return words.split(' ').map((word) => [word, status]);
}
