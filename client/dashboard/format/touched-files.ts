/** What a session did to files, one line a path: how often, with how many lines, and whether it worked. */
import type { SessionDetail } from '../../../shared/views/session.ts';
import { groupBy } from './group.ts';
import { toCount } from './numbers.ts';

type SessionFile = SessionDetail['files'][number];

export interface TouchedFile {
  readonly path: string;
  readonly outside: boolean;
  /** Something was written or deleted, and it worked. */
  readonly isWritten: boolean;
  /** `2 edits, 3 reads, 1 failed`. */
  readonly what: string;
  readonly added: number;
  readonly deleted: number;
}

const names = {
  update: ['edit', 'edits'],
  delete: ['deletion', 'deletions'],
  read: ['read', 'reads'],
  search: ['search', 'searches'],
  command: ['command', 'commands'],
  other: ['other use', 'other uses'],
} as const;

type Action = keyof typeof names;
const actions = Object.keys(names) as Action[];

/** What was written first, then by path. */
export function toTouchedFiles(files: readonly SessionFile[]): readonly TouchedFile[] {
  return groupBy(files, ({ path }) => path)
    .map(([path, uses]) => toTouchedFile(path, uses))
    .toSorted(
      (one, other) =>
        Number(other.isWritten) - Number(one.isWritten) ||
        (one.path < other.path ? -1 : Number(one.path > other.path)),
    );
}

/** SE12: a call that failed is an attempt, not a write. */
function toTouchedFile(path: string, uses: readonly SessionFile[]): TouchedFile {
  const worked = uses.filter(({ outcome }) => outcome !== 'failed');
  const counted = actions
    .map((action) => ({ action, count: worked.filter((use) => use.action === action).length }))
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => `${toCount(count)} ${names[action][count === 1 ? 0 : 1]}`);
  const failed = uses.length - worked.length;
  return {
    path,
    outside: uses.some(({ outside }) => outside),
    isWritten: worked.some(({ action }) => action === 'update' || action === 'delete'),
    what: [...counted, ...(failed > 0 ? [`${toCount(failed)} failed`] : [])].join(', '),
    added: sum(worked.map(({ added }) => added)),
    deleted: sum(worked.map(({ deleted }) => deleted)),
  };
}

const sum = (counts: readonly (number | null)[]): number =>
  counts.reduce<number>((total, count) => total + (count ?? 0), 0);
