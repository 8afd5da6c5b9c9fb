/** Rows of token usage with their sums: the only writer of their tables (SE9, SE11). */
import { sql, type SQL } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { UsageLedger, type TotalChange, type UsageEntry, type UsageMove } from './usage-ledger.ts';
import type { UsageFact } from './read/reading.ts';

export interface SessionUsage {
  readonly sessionId: string;
  readonly family: string;
  readonly usage: readonly UsageFact[];
}

/** What was read of several sessions in one batch; answers what each has used more. */
export async function saveUsage(
  tx: Transaction,
  projectId: string,
  sessions: readonly SessionUsage[],
): Promise<readonly UsageMove[]> {
  const keys = [...new Set(sessions.flatMap(({ usage }) => usage.map(({ key }) => key)))];
  if (keys.length === 0) return [];
  const ledger = new UsageLedger(await loadEntries(tx, projectId, sql`key = ${anyOf(keys)}`));
  for (const { sessionId, family, usage } of sessions) {
    for (const fact of usage) ledger.put({ ...fact, sessionId, family });
  }
  await Promise.all([writeEntries(tx, projectId, ledger.written), addTotals(tx, projectId, ledger.changes)]);
  return ledger.moves;
}

/** Messages that other sessions hold too are counted there from now on. */
export async function removeUsage(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  if (sessionIds.length === 0) return;
  const ids = anyOf(sessionIds);
  const shared = await loadEntries(
    tx,
    projectId,
    sql`key in (
      select mine.key from session_usage mine
      where mine.project_id = ${projectId} and mine.session_id = ${ids} and exists (
        select from session_usage other where other.project_id = mine.project_id
          and other.key = mine.key and other.session_id <> mine.session_id
      )
    )`,
  );
  const ledger = new UsageLedger(shared);
  for (const sessionId of sessionIds) ledger.remove(sessionId);
  await tx.execute(sql`delete from session_usage where project_id = ${projectId} and session_id = ${ids}`);
  await tx.execute(
    sql`delete from session_usage_totals where project_id = ${projectId} and session_id = ${ids}`,
  );
  const gone = new Set(sessionIds);
  await addTotals(
    tx,
    projectId,
    ledger.changes.filter(({ sessionId }) => !gone.has(sessionId)),
  );
}

async function loadEntries(queryable: Queryable, projectId: string, which: SQL): Promise<UsageEntry[]> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select key, session_id, family, model, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at,
      input, output, cache_read, cache_write_5m, cache_write_1h, reasoning
    from session_usage where project_id = ${projectId} and ${which}`);
  return rows.map((row) => ({
    key: String(row.key),
    sessionId: String(row.session_id),
    family: String(row.family),
    model: row.model as string | null,
    at: row.at as string | null,
    input: Number(row.input),
    output: Number(row.output),
    cacheRead: Number(row.cache_read),
    cacheWrite5m: Number(row.cache_write_5m),
    cacheWrite1h: Number(row.cache_write_1h),
    reasoning: Number(row.reasoning),
    serviceTier: null,
    serverToolUse: null,
  }));
}

async function writeEntries(
  tx: Transaction,
  projectId: string,
  entries: readonly UsageEntry[],
): Promise<void> {
  await tx.execute(sql`
    insert into session_usage (project_id, key, session_id, family, model, at, input, output, cache_read,
      cache_write_5m, cache_write_1h, reasoning, service_tier, server_tool_use)
    select ${projectId}, key, "sessionId", family, model, at, input, output, "cacheRead",
      "cacheWrite5m", "cacheWrite1h", reasoning, "serviceTier", "serverToolUse"
    from jsonb_to_recordset(${toStorableJson(entries)}::jsonb) as entry (key text, "sessionId" text, family text,
      model text, at timestamptz, input bigint, output bigint, "cacheRead" bigint, "cacheWrite5m" bigint,
      "cacheWrite1h" bigint, reasoning bigint, "serviceTier" text, "serverToolUse" jsonb)
    on conflict (project_id, key, session_id) do update set family = excluded.family, model = excluded.model,
      at = excluded.at, input = excluded.input, output = excluded.output, cache_read = excluded.cache_read,
      cache_write_5m = excluded.cache_write_5m, cache_write_1h = excluded.cache_write_1h,
      reasoning = excluded.reasoning, service_tier = excluded.service_tier,
      server_tool_use = excluded.server_tool_use`);
}

async function addTotals(tx: Transaction, projectId: string, changes: readonly TotalChange[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.execute(sql`
    insert into session_usage_totals as total (project_id, session_id, scope, model, day, band, messages, input,
      output, cache_read, cache_write_5m, cache_write_1h, reasoning)
    select ${projectId}, "sessionId", scope, model, day, band, messages, input, output, "cacheRead",
      "cacheWrite5m", "cacheWrite1h", reasoning
    from jsonb_to_recordset(${toStorableJson(changes)}::jsonb) as change ("sessionId" text, scope text, model text,
      day text, band smallint, messages integer, input bigint, output bigint, "cacheRead" bigint,
      "cacheWrite5m" bigint, "cacheWrite1h" bigint, reasoning bigint)
    on conflict (project_id, session_id, scope, model, day, band) do update set
      messages = total.messages + excluded.messages, input = total.input + excluded.input,
      output = total.output + excluded.output, cache_read = total.cache_read + excluded.cache_read,
      cache_write_5m = total.cache_write_5m + excluded.cache_write_5m,
      cache_write_1h = total.cache_write_1h + excluded.cache_write_1h,
      reasoning = total.reasoning + excluded.reasoning`);
  const shrunk = [
    ...new Set(changes.filter(({ messages }) => messages < 0).map(({ sessionId }) => sessionId)),
  ];
  if (shrunk.length === 0) return;
  await tx.execute(sql`
    delete from session_usage_totals
    where project_id = ${projectId} and messages = 0 and session_id = ${anyOf(shrunk)}`);
}
