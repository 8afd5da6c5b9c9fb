/** The types every project may have (DC2); a project's own types are added from what is seen. */
export const documentTypes: readonly string[] = [
  'epic',
  'story',
  'plan',
  'test-spec',
  'bug',
  'cr',
  'rfc',
  'workflow',
  'issue',
  'review',
  'retro',
  'handoff',
  'charter',
  'decision',
  'persona',
  'prd',
  'trd',
  'tsd',
  'pvd',
  'progress',
  'other',
];

/** Words that mean the work is over, well or not, whatever the type (DC10). */
const finished = /^(done|complete|completed|fixed|verified|resolved|closed|accepted|spent)$/i;
const dropped = /^(superseded|rejected|withdrawn|won't implement|won't fix)$/i;
const moving =
  /^(in progress|in review|review|testing|implementing|verifying|reviewing|checking|planning|active|triaging)$/i;
const stuck = /^(blocked|paused)$/i;

export type StatusTone = 'done' | 'dropped' | 'moving' | 'stuck' | 'open';

export function toStatusTone(status: string): StatusTone {
  if (finished.test(status)) return 'done';
  if (dropped.test(status)) return 'dropped';
  if (moving.test(status)) return 'moving';
  return stuck.test(status) ? 'stuck' : 'open';
}
