/** Phases laid out on the time an operation took: where each begins and how wide it is, as shares of the whole. */
import type { OperationRecord, PhaseRecord } from '../../../shared/operations.ts';

export interface GanttBar {
  readonly phase: PhaseRecord;
  readonly isOpen: boolean;
  readonly durationMs: number;
  /** Both from 0 to 1. */
  readonly from: number;
  readonly width: number;
}

/** Thin phases stay visible. */
const minWidth = 0.004;

export function toGantt({ phases = [], finishedAt }: OperationRecord, nowMs: number): readonly GanttBar[] {
  const first = phases[0];
  if (first === undefined) return [];
  const startMs = Date.parse(first.startedAt);
  const endMs = Math.max(
    finishedAt === null ? nowMs : Date.parse(finishedAt),
    ...phases.map((phase) => Date.parse(phase.startedAt) + phase.durationMs),
  );
  const wholeMs = Math.max(1, endMs - startMs);

  return phases.map((phase) => {
    const fromMs = Date.parse(phase.startedAt) - startMs;
    const isOpen = phase.finishedAt === null && finishedAt === null;
    const durationMs = isOpen
      ? Math.max(phase.durationMs, nowMs - Date.parse(phase.startedAt), 0)
      : phase.durationMs;
    const width = Math.max(minWidth, Math.min(1, durationMs / wholeMs));
    return { phase, isOpen, durationMs, from: Math.min(1 - width, Math.max(0, fromMs / wholeMs)), width };
  });
}
