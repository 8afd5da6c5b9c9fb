/** An operation's life: queued, started, phases and figures, issues, and exactly one end (LAW3). */
import { z } from 'zod';
import { Counters, OperationRecord, PhaseRecord, Progress } from '../operations.ts';
import { FileIssue, IssueSeverity } from '../issues.ts';
import { defineEvent } from './define.ts';

const withRecord = z.object({ operation: OperationRecord });

export const OperationQueued = defineEvent('operation:queued', withRecord);
export const OperationStarted = defineEvent('operation:started', withRecord);

/** A phase was entered or has ended; `phase.finishedAt` tells which. */
export const OperationPhase = defineEvent(
  'operation:phase',
  z.object({
    phase: PhaseRecord,
    processed: z.number().nullable(),
    total: z.number().nullable(),
    ratePerSecond: z.number().nullable(),
    etaMs: z.number().nullable(),
    counters: Counters,
    message: z.string(),
  }),
);

/** Figures of the current phase, at most ten times a second (EV6). */
export const OperationProgress = defineEvent(
  'operation:progress',
  z.object({
    phase: z.string(),
    processed: z.number().nullable(),
    total: z.number().nullable(),
    ratePerSecond: z.number().nullable(),
    etaMs: z.number().nullable(),
    progress: Progress,
    counters: Counters,
    message: z.string(),
  }),
);

/** Issues found since the last such event, at most 100 in one; `total` counts errors and warnings so far. */
export const OperationIssue = defineEvent(
  'operation:issue',
  z.object({
    issues: z.array(FileIssue.extend({ severity: IssueSeverity })).max(100),
    total: z.number().int().nonnegative(),
  }),
);

export const OperationCompleted = defineEvent('operation:completed', withRecord);
export const OperationFailed = defineEvent('operation:failed', withRecord);
export const OperationCancelling = defineEvent('operation:cancelling', withRecord);
export const OperationCancelled = defineEvent('operation:cancelled', withRecord);
