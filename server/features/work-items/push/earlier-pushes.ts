/** What earlier pushes have left behind: items in a target, and work that is not done. */
import { and, eq, gte, isNull, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Queryable } from '../../../db/open.ts';
import { operations } from '../../../db/tables/operations.ts';
import { pushJobs, workItemLedger } from '../../../db/tables/work-items.ts';

/** Source ids of a project's documents that are in any target (PU42). */
export async function listPushedSourceIds(queryable: Queryable, scope: string): Promise<readonly string[]> {
  const rows = await queryable
    .selectDistinct({ sourceId: workItemLedger.sourceId })
    .from(workItemLedger)
    .where(
      and(
        eq(workItemLedger.sourceSystem, 'documents'),
        eq(workItemLedger.sourceScope, scope),
        eq(workItemLedger.state, 'present'),
      ),
    );
  return rows.map(({ sourceId }) => sourceId);
}

/** Work items of a project that are ours, whatever they were made from (BR1). */
export async function listOwnedIds(
  queryable: Queryable,
  { organization, projectId }: { readonly organization: string; readonly projectId: string },
): Promise<ReadonlySet<number>> {
  const rows = await queryable
    .select({ id: workItemLedger.workItemId })
    .from(workItemLedger)
    .where(
      and(
        eq(workItemLedger.targetOrg, organization.toLowerCase()),
        eq(workItemLedger.targetProjectId, projectId),
        eq(workItemLedger.state, 'present'),
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}

export async function isRetried(queryable: Queryable, syncHistoryId: string): Promise<boolean> {
  const [row] = await queryable
    .select({ id: pushJobs.syncHistoryId })
    .from(pushJobs)
    .where(eq(pushJobs.retryOf, syncHistoryId))
    .limit(1);
  return row !== undefined;
}

/** Pushes of the last day that were interrupted, and have not been gone on with. */
export async function listCutOff(queryable: Queryable): Promise<readonly string[]> {
  const retry = alias(pushJobs, 'retry');
  const rows = await queryable
    .select({ id: pushJobs.syncHistoryId })
    .from(pushJobs)
    .innerJoin(operations, eq(operations.id, pushJobs.operationId))
    .leftJoin(retry, eq(retry.retryOf, pushJobs.syncHistoryId))
    .where(
      and(
        eq(operations.errorCode, 'interrupted'),
        gte(operations.finishedAt, sql`now() - interval '1 day'`),
        isNull(retry.syncHistoryId),
      ),
    )
    .orderBy(pushJobs.syncHistoryId);
  return rows.map(({ id }) => id);
}
