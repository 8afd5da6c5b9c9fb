/** Pages of a project's sessions, with what depends on the time of day computed now (DR1, SE17). */
import { sql, type SQL } from 'drizzle-orm';
import { Timestamp } from '../../../shared/ids.ts';
import type { SessionFilters } from '../../../shared/api/sessions.ts';
import type { SessionItem, SessionPage } from '../../../shared/views/session.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable } from '../../db/open.ts';
import { decodeCursor, encodeCursor } from '../../http/page-cursor.ts';
import type { PriceTable } from './prices.ts';
import { toTotal } from './usage-cost.ts';
import { loadFamilyUsage } from './usage-sums.ts';

export interface ListQuery extends SessionFilters {
  readonly limit: number;
  readonly cursor: string | undefined;
}

interface ListOptions {
  readonly now: Date;
  readonly prices: PriceTable;
  /** Ids of the sessions that are linked to a feature. */
  readonly findByFeature: (projectId: string, feature: string) => Promise<readonly string[]>;
}

export async function listSessionPage(
  queryable: Queryable,
  projectId: string,
  { limit, cursor, ...filters }: ListQuery,
  options: ListOptions,
): Promise<SessionPage> {
  const after = decodeCursor(cursor, filters, isPlace);
  const ofFeature =
    filters.feature === undefined ? null : await options.findByFeature(projectId, filters.feature);
  const condition = toCondition(projectId, filters, ofFeature, options.now);
  const isAfter =
    after === null
      ? sql`true`
      : sql`(session.active_at, session.id) < (${after[0] ?? ''}::timestamptz, ${after[1] ?? ''})`;
  const items = await loadItems(
    queryable,
    sql`${condition} and ${isAfter} order by session.active_at desc, session.id desc limit ${limit + 1}`,
    { projectId, ...options },
  );
  const [row] = await queryable.execute<{ total: number }>(
    sql`select count(*)::integer as total from ${fromSessions} where ${condition}`,
  );
  const page = items.slice(0, limit);
  const last = page.at(-1);
  const hasMore = items.length > limit && last !== undefined;
  return {
    items: page,
    total: row?.total ?? 0,
    next_cursor: hasMore ? encodeCursor([last.activeAt, last.id], filters) : null,
  };
}

/** What was active when, and its id. */
const isPlace = ([at, id]: readonly string[]): boolean => id !== undefined && Timestamp.safeParse(at).success;

const fromSessions = sql.raw(`sessions session
  left join session_logs log on log.project_id = session.project_id and log.session_id = session.id`);

/** A log that was written to within this time, and whose last record does not end the turn, is of a session at work. */
const activeMs = 600_000;

const isActive = (now: Date): SQL => sql`(not session.ends_turn and session.source_gone_at is null
  and coalesce(log.mtime_ns, 0) >= ${String((now.getTime() - activeMs) * 1_000_000)}::numeric)`;

function toCondition(
  projectId: string,
  { status, model, agent, since, until, parent }: Omit<SessionFilters, 'feature'>,
  ofFeature: readonly string[] | null,
  now: Date,
): SQL {
  const conditions = [sql`session.project_id = ${projectId}`];
  if (status !== undefined) {
    const wanted = sql`case when ${isActive(now)} then 'active' else 'completed' end`;
    conditions.push(sql`${wanted} = ${anyOf(status)}`);
  }
  if (agent !== undefined) conditions.push(sql`session.agent = ${anyOf(agent)}`);
  if (model !== undefined) conditions.push(sql`${model} = any(session.models)`);
  if (since !== undefined) conditions.push(sql`session.active_at >= ${toInstant(since)}`);
  if (until !== undefined) {
    conditions.push(sql`coalesce(session.started_at, session.active_at) <= ${toInstant(until)}`);
  }
  if (parent === 'none') conditions.push(sql`session.parent_id is null`);
  else if (parent !== undefined) conditions.push(sql`session.parent_id = ${parent}`);
  if (ofFeature !== null) conditions.push(sql`session.id = ${anyOf(ofFeature)}`);
  return sql.join(conditions, sql` and `);
}

/** By its number: the database does not read every year that a text may name. */
const toInstant = (text: string): SQL => sql`to_timestamp(${Date.parse(text) / 1000}::double precision)`;

const time = (column: string): SQL =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

type ItemRow = Omit<SessionItem, keyof ReturnType<typeof toTotal>>;

/** `rest` is the condition, with whatever order and bound follow it. */
export async function loadItems(
  queryable: Queryable,
  rest: SQL,
  { projectId, now, prices }: { projectId: string; now: Date; prices: PriceTable },
): Promise<SessionItem[]> {
  const rows = await queryable.execute<ItemRow & Record<string, unknown>>(sql`
    select session.id, session.agent, session.role, session.title, session.title_source as "titleSource",
      session.title_confidence as "titleConfidence",
      case when ${isActive(now)} then 'active' else 'completed' end as status, session.models,
      session.parent_id as "parentSessionId",
      session.parent_id is not null and not exists (
        select from sessions parent where parent.project_id = session.project_id and parent.id = session.parent_id
      ) as "parentMissing", session.agent_id as "agentId",
      (select count(*)::integer from sessions child
        where child.project_id = session.project_id and child.parent_id = session.id) as subagents,
      session.cwd, session.branches[1] as branch, ${time('session.started_at')} as "startedAt",
      ${time('session.ended_at')} as "endedAt", ${time('session.active_at')} as "activeAt",
      session.user_messages as "userMessages", session.assistant_messages as "assistantMessages",
      session.tool_calls as "toolCalls", session.failed_tool_calls as "failedToolCalls",
      session.record_count as records, session.reported_cost as "reportedCost",
      session.source_gone_at is not null as "sourceGone"
    from ${fromSessions} where ${rest}`);
  const usage = await loadFamilyUsage(
    queryable,
    projectId,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, ...toTotal(usage.get(row.id) ?? [], prices) }));
}
