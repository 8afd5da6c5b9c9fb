/** Turns what somebody wrote as the status of a task into one of seven (FT7). */
import type { TaskStatus } from '../../../../shared/views/plan.ts';

/** Null where nothing was written. What no table knows is `unknown`, never a guess. */
export function readTaskStatus(raw: string | null): TaskStatus {
  if (raw === null) return 'backlog';
  const word = raw
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replaceAll('’', "'");
  return statusOf.get(word) ?? 'unknown';
}

const statusOf: ReadonlyMap<string, TaskStatus> = new Map<string, TaskStatus>([
  ['completed', 'done'],
  ['complete', 'done'],
  ['done', 'done'],
  ['in-progress', 'in-progress'],
  ['review', 'review'],
  ['blocked', 'blocked'],
  ['backlog', 'backlog'],
  ['pending', 'backlog'],
  ['planning', 'backlog'],
  ['todo', 'backlog'],
  ['not-started', 'backlog'],
  ['deferred', 'deferred'],
  ['postponed', 'deferred'],
  ['skipped', 'deferred'],
  ['wont-do', 'deferred'],
  ["won't-do", 'deferred'],
]);
