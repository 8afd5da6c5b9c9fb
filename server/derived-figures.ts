/** What the status of a project says of everything that is derived (ST1, LK22). */
import { eq, sql } from 'drizzle-orm';
import { toTimestamp } from '../shared/ids.ts';
import type { CacheStatus } from '../shared/views/status.ts';
import type { Queryable } from './db/open.ts';
import { linkState } from './db/tables/links.ts';

export interface DerivedFigures {
  readonly links: CacheStatus['links'];
  readonly rows: Omit<CacheStatus['rows'], 'documents'>;
}

/** `logicVersion` is what links would be made by now, shown until there are any. */
export async function readDerivedFigures(
  queryable: Queryable,
  projectId: string | null,
  logicVersion: string,
): Promise<DerivedFigures> {
  if (projectId === null) return { links: { ...noLinks, logicVersion }, rows: noRows };
  const [[state], [rows]] = await Promise.all([
    queryable.select().from(linkState).where(eq(linkState.projectId, projectId)),
    queryable.execute<{ sessions: number; features: number; tasks: number; links: number }>(sql`
      select (select count(*)::int from sessions where project_id = ${projectId}) as sessions,
        (select count(*)::int from features where project_id = ${projectId}) as features,
        (select count(*)::int from tasks where project_id = ${projectId}) as tasks,
        (select count(*)::int from links where project_id = ${projectId}) as links`),
  ]);
  if (state === undefined) return { links: { ...noLinks, logicVersion }, rows: rows ?? noRows };
  const { lastRebuildAt, trigger, reason, linksTotal, pending } = state;
  return {
    rows: rows ?? noRows,
    links: {
      logicVersion: state.logicVersion ?? logicVersion,
      lastRebuildAt: lastRebuildAt === null ? null : toTimestamp(lastRebuildAt),
      trigger,
      reason,
      linksTotal,
      pending,
    },
  };
}

const noRows = { sessions: 0, features: 0, tasks: 0, links: 0 };
const noLinks = { lastRebuildAt: null, trigger: null, reason: null, linksTotal: 0, pending: 0 };
