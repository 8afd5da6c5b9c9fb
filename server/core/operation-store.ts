/** Rows of operations and their phases: the only writer of both tables. */
import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import { OperationId, ProjectId, toTimestamp, type Timestamp } from '../../shared/ids.ts';
import {
  OperationErrorCode,
  PhaseName,
  type OperationKind,
  type OperationRecord,
  type OperationStatus,
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
  at: Date,
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
      status: 'queued',
      phase: 'queued',
      message: 'Waiting to start',
      progress: {},
      counters: {},
      stats: {},
      metadata: { ...request.metadata, skipped: [], joined: [] },
      options: request.options,
      queuedAt: at,
      updatedAt: at,
      attempt: request.attempt ?? 1,
      retryOf: request.retryOf ?? null,
      notBefore: request.delayMs === undefined ? null : new Date(at.getTime() + request.delayMs),
    })
    .returning();
  if (row === undefined) throw new Error('An inserted operation was not returned');
  return row;
}

/** Holds the row until the commit, so that a cancel and a natural end cannot both win. */
export async function lockOperation(tx: Transaction, id: string): Promise<OperationRow | undefined> {
  const [row] = await tx.select().from(operations).where(eq(operations.id, id)).for('update');
  return row;
}

export async function findOperation(queryable: Queryable, id: string): Promise<OperationRow | undefined> {
  const [row] = await queryable.select().from(operations).where(eq(operations.id, id));
  return row;
}

/** Queued and running ones of a lane, in order of arrival. */
export async function listLane(tx: Transaction, lane: string): Promise<OperationRow[]> {
  return await tx
    .select()
    .from(operations)
    .where(and(eq(operations.lane, lane), inArray(operations.status, ['queued', 'running'])))
    .orderBy(asc(operations.id));
}

/** The first of each lane that waits and is due. */
export async function listStartable(queryable: Queryable): Promise<OperationRow[]> {
  return await queryable
    .selectDistinctOn([operations.lane])
    .from(operations)
    .where(
      and(
        eq(operations.status, 'queued'),
        sql`(${operations.notBefore} is null or ${operations.notBefore} <= now())`,
        sql`not exists (select 1 from operations as busy where busy.lane = ${operations.lane} and busy.status = 'running')`,
      ),
    )
    .orderBy(operations.lane, asc(operations.id));
}

/** Running ones whose lane lease is gone, expired, or held by a process proven dead. */
export async function listStale(
  queryable: Queryable,
  deadOwners: readonly string[],
): Promise<OperationRow[]> {
  const rows = await queryable
    .select({ operation: operations })
    .from(operations)
    .leftJoin(leases, and(eq(leases.name, operations.lane), eq(leases.operationId, operations.id)))
    .where(
      and(
        eq(operations.status, 'running'),
        sql`(${leases.name} is null or ${leases.expiresAt} < now() or ${leases.owner} in
          (select jsonb_array_elements_text(${JSON.stringify(deadOwners)}::jsonb)))`,
      ),
    );
  return rows.map((row) => row.operation);
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

export async function saveRequest(
  tx: Transaction,
  id: string,
  changed: { options: Json; metadata: Json },
): Promise<OperationRow> {
  return await update(tx, id, changed);
}

export async function saveNarration(
  tx: Transaction,
  id: string,
  narration: Narration,
): Promise<OperationRow> {
  await savePhases(tx, id, narration.takeUnsavedPhases());
  return await update(tx, id, narration.toColumns());
}

export async function saveEnding(
  tx: Transaction,
  id: string,
  ending: Ending,
  stats: Json,
  at: Date,
): Promise<OperationRow> {
  const failure =
    ending.status === 'completed'
      ? null
      : { error: ending.error.slice(0, 2000), errorCode: ending.errorCode };
  const coalescedInto = ending.status === 'cancelled' ? (ending.coalescedInto ?? null) : null;
  return await update(tx, id, {
    status: ending.status,
    stats,
    error: failure?.error ?? null,
    errorCode: failure?.errorCode ?? null,
    message: ending.status === 'completed' ? ending.message : ending.error.slice(0, 500),
    coalescedInto,
    etaMs: null,
    finishedAt: at,
    updatedAt: at,
  });
}

async function update(
  tx: Transaction,
  id: string,
  values: Partial<typeof operations.$inferInsert>,
): Promise<OperationRow> {
  const [row] = await tx.update(operations).set(values).where(eq(operations.id, id)).returning();
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
    });
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
    name: PhaseName.parse(name),
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
  const waiting = new Map<string, WaitingFor>();
  if (queued.length === 0) return waiting;
  const lanes = [...new Set(queued.map((row) => row.lane))];
  const ahead = await queryable
    .select({ id: operations.id, kind: operations.kind, lane: operations.lane, status: operations.status })
    .from(operations)
    .where(and(inArray(operations.lane, lanes), inArray(operations.status, ['queued', 'running'])))
    .orderBy(asc(operations.id));
  for (const row of queued) {
    const before = ahead.filter(
      (other) => other.lane === row.lane && (other.status === 'running' || other.id < row.id),
    );
    const first = before.find((other) => other.status === 'running') ?? before[0];
    const isDelayed = row.notBefore !== null && row.notBefore > now;
    waiting.set(row.id, {
      reason: isDelayed ? 'retry_delay' : first === undefined ? 'slot' : 'lane',
      operationId: first === undefined ? null : OperationId.parse(first.id),
      kind: first?.kind ?? null,
      position: before.length,
    });
  }
  return waiting;
}

export function toStored(row: OperationRow): StoredOperation {
  const { lane, trigger, actor, options, metadata, attempt } = row;
  return {
    id: OperationId.parse(row.id),
    kind: row.kind as OperationKind,
    lane,
    projectId: ProjectId.parse(row.projectId),
    projectSlug: row.projectSlug ?? '',
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
    errorCode: row.errorCode === null ? null : OperationErrorCode.parse(row.errorCode),
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
