/** Which pushes and items a request means, and what they come to (HI9, HI10). */
import { sql } from 'drizzle-orm';
import type { SyncHistoryQuery, SyncItemsQuery } from '../../../shared/api/history.ts';
import { SyncRecord, SyncRecordItem, type SyncStats } from '../../../shared/views/history.ts';
import type { Transaction } from '../../db/open.ts';
import { allOf, contains, findRow, inPeriod, type Listing, type Period } from './row-listing.ts';

const recordColumns = Object.keys(SyncRecord.shape);
const itemColumns = Object.keys(SyncRecordItem.shape);

export const recordListing = (query: Partial<SyncHistoryQuery>): Listing => ({
  table: 'sync_history',
  columns: recordColumns,
  where: allOf([
    query.status && sql`status = ${query.status}`,
    query.outcome && sql`outcome = ${query.outcome}`,
    query.source_type && sql`source_type = ${query.source_type}`,
    query.target_type && sql`target_type = ${query.target_type}`,
    query.retry_of !== undefined && sql`retry_of = ${query.retry_of}`,
    query.project_name !== undefined && contains('project_name', query.project_name),
    inPeriod(query),
  ]),
});

export const itemListing = (id: string, query: Partial<SyncItemsQuery>): Listing => ({
  table: 'sync_history_items',
  columns: itemColumns,
  where: allOf([
    sql`sync_history_id = ${id}`,
    query.status && sql`status = ${query.status}`,
    query.item_type && sql`item_type = ${query.item_type}`,
  ]),
});

export async function findRecord(tx: Transaction, id: string): Promise<SyncRecord | null> {
  const listing = { table: 'sync_history', columns: recordColumns, where: sql`id = ${id}` } as const;
  return (await findRow(tx, listing)) as SyncRecord | null;
}

/** HI10: one query, however many there are. */
export async function readStats(tx: Transaction, period: Period): Promise<SyncStats> {
  const [row] = await tx.execute<SyncStats & Record<string, unknown>>(sql`
    select count(*)::integer as total_syncs,
      (count(*) filter (where status = 'completed'))::integer as completed_syncs,
      (count(*) filter (where status = 'failed'))::integer as failed_syncs,
      (count(*) filter (where status = 'cancelled'))::integer as cancelled_syncs,
      (count(*) filter (where outcome = 'partial'))::integer as partial_syncs,
      coalesce(round(100.0 * count(*) filter (where status = 'completed') / nullif(count(*), 0), 2), 0)::float8
        as success_rate,
      coalesce(round(avg(duration_ms) filter (where status = 'completed')), 0)::float8 as average_duration_ms,
      coalesce(sum(items_created), 0)::float8 as total_items_created,
      coalesce(sum(items_failed), 0)::float8 as total_items_failed,
      coalesce(sum(items_updated), 0)::float8 as total_items_updated,
      coalesce(sum(items_unchanged), 0)::float8 as total_items_unchanged,
      coalesce(sum(items_skipped), 0)::float8 as total_items_skipped
    from sync_history where ${inPeriod(period)}`);
  return row!; // an aggregate without groups has one row
}
