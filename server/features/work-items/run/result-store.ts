/** How each item of a push ended: the only writer of `push_results`, and the truth that counts come from (PU19). */
import { count, eq, sql } from 'drizzle-orm';
import { toStorableJson } from '../../../core/storable-json.ts';
import {
  groupOf,
  toSummary,
  type ItemStatus,
  type ItemType,
  type PushSummary,
} from '../../../../shared/work-items.ts';
import type { Queryable, Transaction } from '../../../db/open.ts';
import { pushResults } from '../../../db/tables/work-items.ts';

export interface PushResult {
  readonly sourceId: string;
  readonly type: ItemType;
  readonly status: ItemStatus;
  readonly workItemId: number | null;
  readonly url: string | null;
  readonly code: string | null;
  readonly reason: string | null;
}

/** Answers the source ids really inserted: what a commit whose answer was lost has stored is not told again. */
export async function insertResults(
  tx: Transaction,
  syncHistoryId: string,
  results: readonly PushResult[],
): Promise<ReadonlySet<string>> {
  if (results.length === 0) return new Set();
  // One statement whatever the number of rows, so that it is prepared once.
  const inserted = tx.$with('inserted', { sourceId: sql<string>`source_id` }).as(sql`
    insert into push_results (sync_history_id, source_id, type, status, work_item_id, url, code, reason)
    select ${syncHistoryId}::uuid, "sourceId", type, status, "workItemId", url, code, reason
    from json_to_recordset(${toStorableJson(results)}::json) as result (
      "sourceId" text, type text, status text, "workItemId" int, url text, code text, reason text)
    on conflict do nothing
    returning source_id`);
  const rows = await tx
    .with(inserted)
    .select({ sourceId: sql<string>`source_id` })
    .from(inserted)
    .prepare('insert_results')
    .execute();
  return new Set(rows.map(({ sourceId }) => sourceId));
}

export async function loadResults(
  queryable: Queryable,
  syncHistoryId: string,
): Promise<ReadonlyMap<string, PushResult>> {
  const rows = await queryable.select().from(pushResults).where(eq(pushResults.syncHistoryId, syncHistoryId));
  return new Map(rows.map(({ syncHistoryId: _push, ...result }) => [result.sourceId, result]));
}

export async function summarize(queryable: Queryable, syncHistoryId: string): Promise<PushSummary> {
  const rows = await queryable
    .select({ type: pushResults.type, status: pushResults.status, count: count() })
    .from(pushResults)
    .where(eq(pushResults.syncHistoryId, syncHistoryId))
    .groupBy(pushResults.type, pushResults.status);
  const summary = toSummary([]);
  for (const row of rows) {
    for (const group of [summary, summary[groupOf[row.type]]]) {
      group.total += row.count;
      group[row.status] += row.count;
    }
  }
  return summary;
}
