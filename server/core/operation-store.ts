/** Rows of operations and their phases: the only writer of both tables. */
import { asc, eq, inArray, sql } from 'drizzle-orm';
import type { OperationId } from '../../shared/ids.ts';
import type { Counters, OperationStatus, PhaseRecord } from '../../shared/operations.ts';
import type { Queryable, Transaction } from '../db/open.ts';
import { operationPhases, operations } from '../db/tables/operations.ts';
import type { Narration } from './narration.ts';
import { toPhase, type OperationRow } from './operation-record.ts';
import type { Ending, Json, OperationRequest } from './workflow.ts';

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
