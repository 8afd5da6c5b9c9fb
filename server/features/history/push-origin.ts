/** Where a push comes from that this process did not see begin. */
import { eq, sql } from 'drizzle-orm';
import type { Queryable } from '../../db/open.ts';
import { operations } from '../../db/tables/operations.ts';
import { syncHistory } from '../../db/tables/history.ts';

export async function hasRecord(queryable: Queryable, id: string): Promise<boolean> {
  const rows = await queryable.select({ id: syncHistory.id }).from(syncHistory).where(eq(syncHistory.id, id));
  return rows.length > 0;
}

export async function findOperationOf(queryable: Queryable, id: string): Promise<string | null> {
  const [record] = await queryable
    .select({ operationId: syncHistory.operationId })
    .from(syncHistory)
    .where(eq(syncHistory.id, id));
  if (record?.operationId != null) return record.operationId;
  const [operation] = await queryable
    .select({ id: operations.id })
    .from(operations)
    .where(sql`${operations.kind} = 'push_work_items' and ${operations.options} ->> 'syncHistoryId' = ${id}`);
  return operation?.id ?? null;
}
