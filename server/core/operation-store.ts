/** Rows of operations and their phases: the only writer of both tables. */
import { and, asc, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';
import { OperationId, ProjectId, toTimestamp, type Timestamp } from '../../shared/ids.ts';
import {
  type Counters,
  type OperationErrorCode,
  type OperationKind,
  type OperationRecord,
  type OperationStatus,
  type PhaseName,
  type PhaseRecord,
  type WaitingFor,
} from '../../shared/operations.ts';
import type { Queryable, Transaction } from '../db/open.ts';
import { leases } from '../db/tables/leases.ts';
import { operationPhases, operations } from '../db/tables/operations.ts';
import type { Narration } from './narration.ts';
import type { Ending, Json, OperationRequest, StoredOperation } from './workflow.ts';

export type OperationRow = typeof operations.$inferSelect;

export async function insertOperation(
  tx: Transaction,
  id: OperationId,
  request: OperationRequest,
  { at, isRunning }: { at: Date; isRunning: boolean },
): Promise<OperationRow> {
  const [row] = await tx
    .insert(operations)
    .values({
      id,
      kind: request.kind,
      lane: request.lane,
      projectId: request.projectId,
      projectSlug: request.projectSlug,
      trigger: request.trigger,
      actor: request.actor,
      status: isRunning ? 'running' : 'queued',
      phase: 'queued',
      message: isRunning ? 'Started' : 'Waiting to start',
      progress: {},
      counters: {},
      stats: {},
      metadata: { ...request.metadata, skipped: [], joined: [] },
      options: request.options,
      queuedAt: at,
      startedAt: isRunning ? at : null,
      updatedAt: at,
      attempt: request.attempt ?? 1,
      retryOf: request.retryOf ?? null,
      notBefore: request.delayMs === undefined ? null : new Date(at.getTime() + request.delayMs),
    })
    .returning()
    .prepare('insert_operation')
    .execute();
  if (row === undefined) throw new Error('An inserted operation was not returned');
  return row;
}

/** Holds the lane until the commit: nobody else queues, begins, cancels or ends anything in it. */
export async function lockLane(tx: Transaction, lane: string): Promise<void> {
  await tx
    .select({ locked: sql`pg_advisory_xact_lock(hashtextextended(${lane}, 0))` })
    .from(sql`(values (0)) as one`)
    .prepare('lock_lane')
    .execute();
}

/** Holds the row until the commit, so that a cancel and a natural end cannot both win. */
export async function lockOperation(tx: Transaction, id: string): Promise<OperationRow | undefined> {
  const [row] = await tx
    .select()
    .from(operations)
    .where(eq(operations.id, id))
    .for('update')
    .prepare('lock_operation')
    .execute();
  return row;
}

export async function findOperation(queryable: Queryable, id: string): Promise<OperationRow | undefined> {
  const [row] = await queryable
    .select()
    .from(operations)
    .where(eq(operations.id, id))
    .prepare('find_operation')
    .execute();
  return row;
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

export async function markRunning(tx: Transaction, id: string, at: Date): Promise<OperationRow> {
  return await update(tx, id, { status: 'running', startedAt: at, updatedAt: at, message: 'Started' });
}

export async function markCancelRequested(
  tx: Transaction,
  row: OperationRow,
  at: Date,
): Promise<OperationRow> {
  return await update(tx, row.id, { cancelRequestedAt: row.cancelRequestedAt ?? at, updatedAt: at });
}

/** A joined operation that waits for a later moment waits no longer, unless the one who joins would. */
export async function saveRequest(
  tx: Transaction,
  id: string,
  changed: { options: Json; metadata: Json; notBefore?: null },
): Promise<OperationRow> {
  return await update(tx, id, changed);
}

export async function saveNarration(
  tx: Transaction,
  id: string,
  narration: Narration,
): Promise<OperationRow> {
  const [, row] = await Promise.all([
    savePhases(tx, id, narration.takeUnsavedPhases()),
    update(tx, id, narration.toColumns()),
  ]);
  return row;
}

/** The last word on an operation; with its narration, if it ran here. */
export async function saveEnding(
  tx: Transaction,
  id: string,
  { ending, stats, at }: { ending: Ending; stats: Json; at: Date },
  narration: Narration | null,
): Promise<OperationRow> {
  const isCompleted = ending.status === 'completed';
  const [, row] = await Promise.all([
    narration === null ? undefined : savePhases(tx, id, narration.takeUnsavedPhases()),
    update(tx, id, {
      ...narration?.toColumns(),
      status: ending.status,
      stats,
      error: isCompleted ? null : ending.error.slice(0, 2000),
      errorCode: isCompleted ? null : ending.errorCode,
      message: isCompleted ? ending.message : ending.error.slice(0, 500),
      coalescedInto: ending.status === 'cancelled' ? (ending.coalescedInto ?? null) : null,
      etaMs: null,
      finishedAt: at,
      updatedAt: at,
    }),
  ]);
  return row;
}

/** What the work itself knows of its figures, over what was counted on the way. */
export async function saveCounters(
  tx: Transaction,
  { id, counters }: OperationRow,
  known: Counters,
): Promise<OperationRow> {
  return await update(tx, id, { counters: { ...counters, ...known } });
}

async function update(
  tx: Transaction,
  id: string,
  values: Partial<typeof operations.$inferInsert>,
): Promise<OperationRow> {
  const [row] = await tx
    .update(operations)
    .set(values)
    .where(eq(operations.id, id))
    .returning()
    .prepare('update_operation')
    .execute();
  if (row === undefined) throw new Error(`Operation ${id} has no row`);
  return row;
}

async function savePhases(
  tx: Transaction,
  operationId: string,
  phases: readonly { position: number; record: PhaseRecord }[],
): Promise<void> {
  if (phases.length === 0) return;
  const rows = phases.map(({ position, record }) => ({
    operationId,
    position,
    name: record.name,
    startedAt: new Date(record.startedAt),
    finishedAt: record.finishedAt === null ? null : new Date(record.finishedAt),
    durationMs: record.durationMs,
    progress: record.progress,
    counters: record.counters,
  }));
  await tx
    .insert(operationPhases)
    .values(rows)
    .onConflictDoUpdate({
      target: [operationPhases.operationId, operationPhases.position],
      set: {
        finishedAt: sql`excluded.finished_at`,
        durationMs: sql`excluded.duration_ms`,
        progress: sql`excluded.progress`,
        counters: sql`excluded.counters`,
      },
    })
    .prepare('save_phases')
    .execute();
}

export async function listPhases(
  queryable: Queryable,
  ids: readonly string[],
): Promise<Map<string, PhaseRecord[]>> {
  const phases = new Map<string, PhaseRecord[]>();
  if (ids.length === 0) return phases;
  const rows = await queryable
    .select()
    .from(operationPhases)
    .where(inArray(operationPhases.operationId, [...ids]))
    .orderBy(asc(operationPhases.position));
  for (const row of rows) phases.set(row.operationId, [...(phases.get(row.operationId) ?? []), toPhase(row)]);
  return phases;
}

function toPhase(row: typeof operationPhases.$inferSelect): PhaseRecord {
  const { name, durationMs, progress, counters } = row;
  return {
    // As it is: a server may be shown the phase of a newer version (chapter 10).
    name: name as PhaseName,
    startedAt: toTimestamp(row.startedAt),
    finishedAt: toNullable(row.finishedAt),
    durationMs,
    progress,
    counters,
  };
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

type Waiter = Pick<OperationRow, 'id' | 'kind' | 'lane' | 'status' | 'notBefore'>;

/** `active`: what has not ended in the same lane, in order of arrival; others may be among them. */
export function toWaitingFor(row: Waiter, active: readonly Waiter[], now: Date): WaitingFor {
  const isDelayed = (one: Waiter) => one.notBefore !== null && one.notBefore > now;
  const before = active.filter(
    (other) =>
      other.lane === row.lane && (other.status === 'running' || (other.id < row.id && !isDelayed(other))),
  );
  const first = before.find((other) => other.status === 'running') ?? before[0];
  return {
    reason: isDelayed(row) ? 'retry_delay' : first === undefined ? 'slot' : 'lane',
    operationId: first === undefined ? null : OperationId.parse(first.id),
    kind: first?.kind ?? null,
    position: before.length,
  };
}

export function toStored(row: OperationRow): StoredOperation {
  const { lane, trigger, actor, options, metadata, attempt } = row;
  return {
    id: OperationId.parse(row.id),
    kind: row.kind as OperationKind,
    lane,
    projectId: row.projectId === null ? null : ProjectId.parse(row.projectId),
    projectSlug: row.projectSlug,
    trigger,
    actor,
    options,
    metadata,
    attempt,
  };
}

export interface RecordParts {
  readonly phases?: PhaseRecord[];
  readonly waitingFor?: WaitingFor;
  readonly now: Date;
}

export function toRecord(row: OperationRow, { phases, waitingFor, now }: RecordParts): OperationRecord {
  const sinceUpdate = row.status === 'running' ? Math.max(0, now.getTime() - row.updatedAt.getTime()) : 0;
  return {
    id: OperationId.parse(row.id),
    kind: row.kind,
    projectId: row.projectId === null ? null : ProjectId.parse(row.projectId),
    projectSlug: row.projectSlug,
    trigger: row.trigger,
    actor: row.actor,
    status: row.status,
    phase: row.phase,
    message: row.message,
    progress: row.progress,
    counters: row.counters,
    stats: row.stats,
    metadata: row.metadata,
    queuedAt: toTimestamp(row.queuedAt),
    startedAt: toNullable(row.startedAt),
    updatedAt: toTimestamp(row.updatedAt),
    finishedAt: toNullable(row.finishedAt),
    durationMs: row.durationMs + sinceUpdate,
    error: row.error,
    errorCode: row.errorCode as OperationErrorCode | null,
    attempt: row.attempt,
    retryOf: row.retryOf === null ? null : OperationId.parse(row.retryOf),
    coalescedInto: row.coalescedInto === null ? null : OperationId.parse(row.coalescedInto),
    waitingFor: waitingFor ?? null,
    cancelRequestedAt: toNullable(row.cancelRequestedAt),
    ...(phases === undefined ? {} : { phases }),
    etaMs: row.etaMs,
    issues: row.issues,
  };
}

const toNullable = (at: Date | null): Timestamp | null => (at === null ? null : toTimestamp(at));

/** Ended operations to forget: too old, or too many of one project; the newest completed of each kind stays (OP11). */
export async function pruneOperations(
  tx: Transaction,
  limits: { days: number; count: number; batch: number },
): Promise<string[]> {
  const rows = await tx.execute<{ id: string }>(sql`
    with ended as (
      select id, project_id, kind, status, finished_at,
        row_number() over (partition by project_id order by id desc) as age,
        row_number() over (partition by project_id, kind, status order by id desc) as newest
      from operations where status not in ('queued', 'running')
    )
    delete from operations where id in (
      select id from ended
      where (finished_at < now() - make_interval(days => ${limits.days}) or age > ${limits.count})
        and not (status = 'completed' and newest = 1)
      order by id limit ${limits.batch}
    ) returning id`);
  return rows.map((row) => row.id);
}

export async function countByStatus(queryable: Queryable): Promise<Record<'running' | 'queued', number>> {
  const rows = await queryable
    .select({ status: operations.status, count: sql<string>`count(*)` })
    .from(operations)
    .where(inArray(operations.status, ['queued', 'running'] satisfies OperationStatus[]))
    .groupBy(operations.status);
  const count = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  return { running: count('running'), queued: count('queued') };
}
