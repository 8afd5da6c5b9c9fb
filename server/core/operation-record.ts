/** What a row of an operation says: to whoever runs it, and to whoever reads of it. */
import { OperationId, ProjectId, toTimestamp, type Timestamp } from '../../shared/ids.ts';
import type {
  OperationErrorCode,
  OperationKind,
  OperationRecord,
  PhaseName,
  PhaseRecord,
  WaitingFor,
} from '../../shared/operations.ts';
import type { operationPhases, operations } from '../db/tables/operations.ts';
import type { StoredOperation } from './workflow.ts';

export type OperationRow = typeof operations.$inferSelect;

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

export function toPhase(row: typeof operationPhases.$inferSelect): PhaseRecord {
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

const toNullable = (at: Date | null): Timestamp | null => (at === null ? null : toTimestamp(at));

export type Waiter = Pick<OperationRow, 'id' | 'kind' | 'lane' | 'status' | 'notBefore'>;

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
