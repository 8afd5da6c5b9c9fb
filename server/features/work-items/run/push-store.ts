/** Pushes as they were accepted: the only writer of `push_jobs`. What a run needs is here, also after a restart. */
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { SourceTree } from '../../../../shared/work-items.ts';
import { toStorableJson } from '../../../core/storable-json.ts';
import type { Queryable, Transaction } from '../../../db/open.ts';
import { pushJobs } from '../../../db/tables/work-items.ts';

export interface Overwrite {
  readonly scope: 'owned' | 'project';
  readonly destroy: boolean;
}

/** What is pushed and where to: what a plan is made of, too. */
export interface PushRequest {
  readonly tree: SourceTree;
  readonly connectionId: string;
  /** Name in any case, or GUID. */
  readonly projectName: string;
  readonly overwrite: Overwrite | null;
  readonly fieldMappingConfigId: string | null;
  readonly processTemplateName: string | null;
}

export interface NewPushJob extends PushRequest {
  readonly syncHistoryId: string;
  readonly operationId: string;
  /** Source ids of what is to be pushed, ancestors in the tree are linked only (PU21); null for the whole tree. */
  readonly chosen: readonly string[] | null;
  /** The plan to apply (PL5). */
  readonly planId: string | null;
  readonly retryOf: string | null;
  readonly only: 'failed' | 'unfinished' | null;
  /** Null: as the connection says. */
  readonly useBatch: boolean | null;
  readonly createdAt: Date;
}

/** Without its tree, which may be large. */
export interface PushJobFacts extends Omit<NewPushJob, 'tree' | 'chosen'> {
  readonly totalItems: number;
  /** Confirmed deletions so far. */
  readonly deleted: number;
}

export interface PushJob extends NewPushJob {
  readonly totalItems: number;
  readonly deleted: number;
}

export async function insertJob(tx: Transaction, job: NewPushJob): Promise<void> {
  const totalItems = job.chosen?.length ?? job.tree.items.length;
  await tx.insert(pushJobs).values({ ...job, tree: sql`${toStorableJson(job.tree)}::jsonb`, totalItems });
}

/** Undefined for an unknown push, and for one whose tree is no longer kept. */
export async function loadJob(queryable: Queryable, syncHistoryId: string): Promise<PushJob | undefined> {
  const [row] = await queryable.select().from(pushJobs).where(eq(pushJobs.syncHistoryId, syncHistoryId));
  return row === undefined || row.tree === null ? undefined : { ...row, tree: row.tree };
}

const facts = {
  syncHistoryId: pushJobs.syncHistoryId,
  operationId: pushJobs.operationId,
  totalItems: pushJobs.totalItems,
  connectionId: pushJobs.connectionId,
  projectName: pushJobs.projectName,
  overwrite: pushJobs.overwrite,
  fieldMappingConfigId: pushJobs.fieldMappingConfigId,
  processTemplateName: pushJobs.processTemplateName,
  planId: pushJobs.planId,
  retryOf: pushJobs.retryOf,
  only: pushJobs.only,
  useBatch: pushJobs.useBatch,
  deleted: pushJobs.deleted,
  createdAt: pushJobs.createdAt,
};

export async function loadJobFacts(
  queryable: Queryable,
  syncHistoryId: string,
): Promise<PushJobFacts | undefined> {
  const [row] = await queryable.select(facts).from(pushJobs).where(eq(pushJobs.syncHistoryId, syncHistoryId));
  return row;
}

/** Whether the tree of a push is still kept (PU21: `SNAPSHOT_EXPIRED`). */
export async function hasTree(queryable: Queryable, syncHistoryId: string): Promise<boolean> {
  const [row] = await queryable
    .select({ isKept: sql<boolean>`${pushJobs.tree} is not null` })
    .from(pushJobs)
    .where(eq(pushJobs.syncHistoryId, syncHistoryId));
  return row?.isKept === true;
}

/** Confirmed deletions so far: the sum, not what is added, so that writing it twice changes nothing. */
export async function setDeleted(tx: Transaction, syncHistoryId: string, deleted: number): Promise<void> {
  await tx.update(pushJobs).set({ deleted }).where(eq(pushJobs.syncHistoryId, syncHistoryId));
}

/** Pushes of a connection that wait or run (CN1: `CONNECTION_IN_USE`). */
export async function isConnectionInUse(queryable: Queryable, connectionId: string): Promise<boolean> {
  const [row] = await queryable
    .select({ id: pushJobs.syncHistoryId })
    .from(pushJobs)
    .where(
      and(
        eq(pushJobs.connectionId, connectionId),
        sql`exists (select 1 from operations where operations.id = ${pushJobs.operationId} and operations.status in ('queued', 'running'))`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** Forgets trees and results of pushes that are older and have ended, at most `batch`; answers how many. */
export async function pruneJobs(
  queryable: Queryable,
  { olderThan, batch }: { readonly olderThan: Date; readonly batch: number },
): Promise<number> {
  const old = queryable
    .select({ id: pushJobs.syncHistoryId })
    .from(pushJobs)
    .where(
      sql`${pushJobs.createdAt} < ${olderThan.toISOString()}::timestamptz and not exists (
        select 1 from operations where operations.id = ${pushJobs.operationId} and operations.status in ('queued', 'running'))`,
    )
    .limit(batch);
  const deleted = await queryable
    .delete(pushJobs)
    .where(inArray(pushJobs.syncHistoryId, old))
    .returning({ id: pushJobs.syncHistoryId });
  return deleted.length;
}
