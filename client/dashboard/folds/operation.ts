/** One operation as its events move it: records replace it, phases and figures patch it. */
import type { EventOf } from '../../../shared/events/index.ts';
import { isTerminal } from '../../../shared/operations.ts';
import type { OperationRecord, PhaseRecord } from '../../../shared/operations.ts';
import { foldBy } from './fold.ts';

type WithRecord = EventOf<'operation:queued'>['data'];

export const foldOperation = foldBy<OperationRecord>({
  'operation:queued': (operation, { data }) => take(operation, data),
  'operation:started': (operation, { data }) => take(operation, data),
  'operation:completed': (operation, { data }) => take(operation, data),
  'operation:failed': (operation, { data }) => take(operation, data),
  'operation:cancelling': (operation, { data }) => take(operation, data),
  'operation:cancelled': (operation, { data }) => take(operation, data),
  'operation:issue': (operation, event) =>
    isOf(operation, event) ? { ...operation, issues: event.data.total } : operation,
  'operation:phase': (operation, event) => (isOf(operation, event) ? withPhase(operation, event) : operation),
  'operation:progress': (operation, event) =>
    isOf(operation, event) ? withProgress(operation, event) : operation,
});

/** OP8: a terminal record never changes again, so figures that trail behind it are not believed. */
const isOf = (operation: OperationRecord, event: { operationId: string | null }): boolean =>
  event.operationId === operation.id && !isTerminal(operation.status);

function take(operation: OperationRecord, { operation: next }: WithRecord): OperationRecord {
  if (next.id !== operation.id || isTerminal(operation.status)) return operation;
  const phases = next.phases ?? closedPhases(operation.phases, next);
  return phases === undefined ? next : { ...next, phases };
}

/** A record without phases keeps the known ones; its end is the end of the phase that was open. */
function closedPhases(
  phases: OperationRecord['phases'],
  { finishedAt }: OperationRecord,
): OperationRecord['phases'] {
  if (phases === undefined || finishedAt === null) return phases;
  return phases.map((phase) =>
    phase.finishedAt === null
      ? {
          ...phase,
          finishedAt,
          durationMs: Math.max(0, Date.parse(finishedAt) - Date.parse(phase.startedAt)),
        }
      : phase,
  );
}

function withPhase(operation: OperationRecord, { at, data }: EventOf<'operation:phase'>): OperationRecord {
  const isOpen = data.phase.finishedAt === null;
  return {
    ...operation,
    phase: data.phase.name,
    message: data.message,
    progress: isOpen ? data.phase.progress : { ...operation.progress, ...data.phase.progress },
    counters: { ...operation.counters, ...data.counters },
    etaMs: data.etaMs,
    updatedAt: at,
    phases: placed(operation.phases ?? [], data.phase),
  };
}

function placed(phases: readonly PhaseRecord[], phase: PhaseRecord): PhaseRecord[] {
  const index = phases.findIndex(({ name }) => name === phase.name);
  return index === -1 ? [...phases, phase] : phases.with(index, phase);
}

function withProgress(
  operation: OperationRecord,
  { at, data }: EventOf<'operation:progress'>,
): OperationRecord {
  const { processed, total, ratePerSecond } = data;
  const progress = { ...operation.progress, ...data.progress, processed, total, ratePerSecond };
  const phases = operation.phases?.map((phase) =>
    phase.name === data.phase && phase.finishedAt === null ? { ...phase, progress } : phase,
  );
  return {
    ...operation,
    phase: data.phase,
    message: data.message,
    progress,
    counters: { ...operation.counters, ...data.counters },
    etaMs: data.etaMs,
    updatedAt: at,
    ...(phases && { phases }),
  };
}
