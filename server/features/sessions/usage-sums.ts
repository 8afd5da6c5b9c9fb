/** Reads sums of tokens: of sessions alone, of sessions with their subagents, and of a whole project (SE9). */
import { sql, type SQL } from 'drizzle-orm';
import type { SessionTotals } from '../../../shared/views/session.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable } from '../../db/open.ts';
import type { PriceTable } from './prices.ts';
import { toTotal, type UsageSum } from './usage-cost.ts';

/** Of each session alone. */
export async function loadOwnUsage(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, UsageSum[]>> {
  return await load(
    queryable,
    sql`total.session_id`,
    sql`session_usage_totals total
      where total.project_id = ${projectId} and total.scope = 'own' and total.session_id = ${anyOf(sessionIds)}`,
  );
}

/** Of each session, of subagents alone; of those at the top with all of theirs. */
export async function loadFamilyUsage(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, UsageSum[]>> {
  return await load(
    queryable,
    sql`session.id`,
    sql`sessions session
      join sessions member on member.project_id = session.project_id and member.family = session.family
        and (session.id = session.family or member.id = session.id)
      join session_usage_totals total on total.project_id = member.project_id and total.session_id = member.id
        and total.scope = case when session.id = session.family then 'family' else 'own' end
      where session.project_id = ${projectId} and session.id = ${anyOf(sessionIds)}`,
  );
}

/** Every message once, in however many logs it is repeated. */
export async function sessionTotals(
  queryable: Queryable,
  projectId: string,
  prices: PriceTable,
): Promise<SessionTotals> {
  const [row] = await queryable.execute<{ sessions: number }>(
    sql`select count(*)::integer as sessions from sessions where project_id = ${projectId}`,
  );
  const sums = await load(
    queryable,
    sql`''`,
    sql`session_usage_totals total where total.project_id = ${projectId} and total.scope = 'project'`,
  );
  return { sessions: row?.sessions ?? 0, ...toTotal(sums.get('') ?? [], prices) };
}

async function load(queryable: Queryable, owner: SQL, from: SQL): Promise<Map<string, UsageSum[]>> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select ${owner} as owner, total.model, total.day, total.band, sum(total.messages) as messages,
      sum(total.input) as input, sum(total.output) as output, sum(total.cache_read) as cache_read,
      sum(total.cache_write_5m) as cache_write_5m, sum(total.cache_write_1h) as cache_write_1h,
      sum(total.reasoning) as reasoning
    from ${from}
    group by 1, 2, 3, 4 order by 1, 2, 3, 4`);
  const byOwner = new Map<string, UsageSum[]>();
  for (const row of rows) {
    const sums = byOwner.get(String(row.owner)) ?? [];
    sums.push({
      model: String(row.model),
      day: String(row.day),
      band: Number(row.band),
      messages: Number(row.messages),
      input: Number(row.input),
      output: Number(row.output),
      cacheRead: Number(row.cache_read),
      cacheWrite5m: Number(row.cache_write_5m),
      cacheWrite1h: Number(row.cache_write_1h),
      reasoning: Number(row.reasoning),
    });
    byOwner.set(String(row.owner), sums);
  }
  return byOwner;
}
