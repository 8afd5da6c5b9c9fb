/** One session with everything that is known of it (DR1). */
import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../../../shared/failure.ts';
import type { SessionDetail } from '../../../shared/views/session.ts';
import type { Queryable } from '../../db/open.ts';
import { sessions } from '../../db/tables/sessions.ts';
import { loadCommits } from './commit-store.ts';
import { loadWindows } from './commit-window-store.ts';
import { loadFacts } from './fact-store.ts';
import type { PriceTable } from './prices.ts';
import { loadItems } from './session-list.ts';
import { toTotal, toUsageByModel } from './usage-cost.ts';
import { loadOwnUsage } from './usage-sums.ts';

export async function readSessionDetail(
  queryable: Queryable,
  projectId: string,
  id: string,
  options: { readonly now: Date; readonly prices: PriceTable },
): Promise<SessionDetail> {
  const row = await findSession(queryable, projectId, id);
  const scope = { projectId, ...options };
  const isOwn = sql`session.project_id = ${projectId}`;
  const [item] = await loadItems(queryable, sql`${isOwn} and session.id = ${id}`, scope);
  if (item === undefined) throw sessionNotFound();
  const children = await loadItems(
    queryable,
    sql`${isOwn} and session.parent_id = ${id} order by session.active_at, session.id`,
    scope,
  );
  const facts = (await loadFacts(queryable, projectId, [id])).get(id);
  const commits = (await loadCommits(queryable, projectId, [id])).get(id) ?? [];
  const usage = (await loadOwnUsage(queryable, projectId, [id])).get(id) ?? [];
  const total = toTotal(usage, options.prices);
  return {
    ...item,
    branches: row.branches,
    programVersion: row.programVersion,
    provider: row.provider,
    slug: row.slug,
    permissionMode: row.permissionMode,
    effort: row.effort,
    startCommit: row.startCommit,
    apiErrors: row.apiErrors,
    compactions: row.compactions,
    recordTypes: Object.fromEntries(row.recordTypes),
    lines: row.lines,
    invalidLines: row.invalidLines,
    longLines: row.longLines,
    maskedSecrets: row.maskedSecrets,
    logPath: row.logPath,
    logBytes: row.logBytes,
    sidecars: row.sidecars,
    usage: toUsageByModel(usage, options.prices),
    files: (facts?.file ?? []).map(({ key: _key, ...file }) => file),
    commands: (facts?.command ?? []).map(({ key: _key, ...command }) => command),
    commits,
    artifacts: (facts?.artifact ?? []).map(({ key: _key, ...artifact }) => artifact),
    prLinks: (facts?.pr ?? []).map(({ url }) => url),
    children,
    commitWindows: await loadWindows(queryable, projectId, id, total),
  };
}

export async function findSession(
  queryable: Queryable,
  projectId: string,
  id: string,
): Promise<typeof sessions.$inferSelect> {
  const [row] = await queryable
    .select()
    .from(sessions)
    .where(and(eq(sessions.projectId, projectId), eq(sessions.id, id)));
  if (row === undefined) throw sessionNotFound();
  return row;
}

const sessionNotFound = (): AppError => new AppError('NOT_FOUND', 'Session not found');
