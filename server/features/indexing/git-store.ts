/** What git said last, by project: the only writer of its table (GD4). */
import { eq } from 'drizzle-orm';
import type { ProjectId } from '../../../shared/ids.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { gitHistories } from '../../db/tables/indexing.ts';
import type { CachedHistory, GitDates } from './git-dates.ts';

export async function loadHistory(queryable: Queryable, projectId: ProjectId): Promise<CachedHistory | null> {
  const [row] = await queryable
    .select({ history: gitHistories.history })
    .from(gitHistories)
    .where(eq(gitHistories.projectId, projectId));
  // Written by `saveGit` below and by nobody else.
  return (row?.history ?? null) as CachedHistory | null;
}

export async function saveGit(
  tx: Transaction,
  projectId: ProjectId,
  dates: GitDates,
  at: Date,
): Promise<void> {
  const facts = {
    head: dates.head,
    state: dates.state,
    reason: dates.reason,
    shallow: dates.shallow,
    indexedPaths: dates.indexedPaths,
    dirtyPaths: dates.dirtyPaths,
    checkedAt: at,
  };
  const history = dates.cacheToStore === null ? {} : { history: dates.cacheToStore };
  await tx
    .insert(gitHistories)
    .values({ projectId, ...facts, ...history })
    .onConflictDoUpdate({ target: gitHistories.projectId, set: { ...facts, ...history } });
}
