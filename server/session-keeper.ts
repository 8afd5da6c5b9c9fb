/** Sessions wired to the features they work for: where projects are, and the issues of their logs. */
import { and, eq, isNull } from 'drizzle-orm';
import type { Db, Queryable } from './db/open.ts';
import { issues } from './db/tables/indexing.ts';
import { recordIssues } from './features/indexing/issue-store.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import { findProjectById, listProjectRows } from './features/projects/project-store.ts';
import type { LogHomes } from './features/sessions/log-folders.ts';
import { LogPeeks } from './features/sessions/log-peek.ts';
import { readPriceTable } from './features/sessions/prices.ts';
import type { SessionProject, SessionTools } from './features/sessions/session-tools.ts';
import { Worktrees } from './features/sessions/worktrees.ts';
import type { Clock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import type { Git } from './platform/git.ts';
import type { ProjectId } from '../shared/ids.ts';

interface SessionParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly git: Git;
  readonly homes: LogHomes;
  readonly config: Config;
}

export function createSessionTools({ db, clock, git, homes, config }: SessionParts): SessionTools {
  return {
    db,
    clock,
    git,
    homes,
    peeks: new LogPeeks(),
    worktrees: new Worktrees(git),
    prices: readPriceTable(),
    issues: {
      async listOpen(queryable, projectId) {
        return await queryable
          .select({ path: issues.filePath, code: issues.code, message: issues.message })
          .from(issues)
          .where(
            and(eq(issues.projectId, projectId), eq(issues.source, 'sessions'), isNull(issues.resolvedAt)),
          );
      },
      async settle(tx, scope, paths, found) {
        await recordIssues(tx, { ...scope, source: 'sessions' }, paths, found);
      },
    },
    async listRoots(queryable) {
      const rows = await listProjectRows(queryable);
      return rows.flatMap(({ sdlcPath }) => (sdlcPath === null ? [] : [sdlcPath]));
    },
    limits: {
      maxLineBytes: config.SYNCLINE_MAX_LOG_LINE_BYTES,
      retentionDays: config.SYNCLINE_SESSION_RETENTION_DAYS,
    },
  };
}

/** Undefined for a project that is gone or has no folder. */
export async function loadSessionProject(
  queryable: Queryable,
  id: ProjectId,
): Promise<SessionProject | undefined> {
  const row = await findProjectById(queryable, id);
  return row === undefined ? undefined : toSessionProject(row);
}

export function toSessionProject({ id, sdlcPath, paths }: ProjectRow): SessionProject | undefined {
  if (sdlcPath === null) return undefined;
  return { id: id as ProjectId, root: sdlcPath, sessionFolders: paths.sessions };
}
