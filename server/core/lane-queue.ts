/** The operations of a lane that wait and run, in the order in which they arrived. */
import { and, asc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import type { OperationId } from '../../shared/ids.ts';
import type { WaitingFor } from '../../shared/operations.ts';
import type { Queryable, Transaction } from '../db/open.ts';
import { leases } from '../db/tables/leases.ts';
import { operations } from '../db/tables/operations.ts';
import { toWaitingFor, type OperationRow } from './operation-record.ts';

/** Holds the lane until the commit: nobody else queues, begins, cancels or ends anything in it. */
export async function lockLane(tx: Transaction, lane: string): Promise<void> {
  await tx
    .select({ locked: sql`pg_advisory_xact_lock(hashtextextended(${lane}, 0))` })
    .from(sql`(values (0)) as one`)
    .prepare('lock_lane')
    .execute();
}

/** An operation that has not ended, with the lease of its lane where that is its own. */
export interface LaneEntry {
  readonly row: OperationRow;
  /** Not held back to a later moment, on the database's clock. */
  readonly isDue: boolean;
  readonly leaseOwner: string | null;
  readonly isExpired: boolean;
}

/** Queued and running ones of a lane, in order of arrival. */
export async function readLane(tx: Transaction, lane: string): Promise<LaneEntry[]> {
  return await selectEntries(tx)
    .where(and(eq(operations.lane, lane), inArray(operations.status, ['queued', 'running'])))
    .orderBy(asc(operations.id))
    .prepare('read_lane')
    .execute();
}

export async function listRunning(queryable: Queryable): Promise<LaneEntry[]> {
  return await selectEntries(queryable)
    .where(eq(operations.status, 'running'))
    .orderBy(asc(operations.id))
    .prepare('list_running')
    .execute();
}

function selectEntries(queryable: Queryable) {
  const entry = {
    row: getTableColumns(operations),
    isDue: sql<boolean>`(${operations.notBefore} is null or ${operations.notBefore} <= now())`,
    leaseOwner: leases.owner,
    isExpired: sql<boolean>`coalesce(${leases.expiresAt} < now(), false)`,
  };
  return queryable
    .select(entry)
    .from(operations)
    .leftJoin(leases, and(eq(leases.name, operations.lane), eq(leases.operationId, operations.id)));
}

/** The first of each free lane that waits and is due, in order of arrival. */
export async function listStartable(queryable: Queryable): Promise<OperationRow[]> {
  const rows = await queryable
    .selectDistinctOn([operations.lane])
    .from(operations)
    .where(
      and(
        eq(operations.status, 'queued'),
        sql`(${operations.notBefore} is null or ${operations.notBefore} <= now())`,
        sql`not exists (select 1 from operations as busy where busy.lane = ${operations.lane} and busy.status = 'running')`,
      ),
    )
    .orderBy(operations.lane, asc(operations.id))
    .prepare('list_startable')
    .execute();
  return rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

/** Whether a lane has been asked for such work after this operation, and it has not failed. */
export async function hasWorkSince(
  queryable: Queryable,
  lane: string,
  isSuch: (row: OperationRow) => boolean,
  since: OperationId,
): Promise<boolean> {
  const rows = await queryable
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.lane, lane),
        inArray(operations.status, ['queued', 'running', 'completed']),
        gt(operations.id, since),
      ),
    );
  return rows.some(isSuch);
}

/** Why each queued operation of the given ones still waits (OP7). */
export async function listWaiting(
  queryable: Queryable,
  rows: readonly OperationRow[],
  now: Date,
): Promise<Map<string, WaitingFor>> {
  const queued = rows.filter((row) => row.status === 'queued');
  if (queued.length === 0) return new Map();
  const lanes = [...new Set(queued.map((row) => row.lane))];
  const { id, kind, lane, status, notBefore } = operations;
  const active = await queryable
    .select({ id, kind, lane, status, notBefore })
    .from(operations)
    .where(and(inArray(lane, lanes), inArray(status, ['queued', 'running'])))
    .orderBy(asc(id));
  return new Map(queued.map((row) => [row.id, toWaitingFor(row, active, now)]));
}
