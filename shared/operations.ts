/** The operation: a durable record of work that takes time, as every surface shows it (OP7). */
import { z } from 'zod';
import { OperationId, ProjectId, Timestamp } from './ids.ts';
import { FileIssue, IssueSeverity } from './issues.ts';

/** Phase names in their fixed order (OP12); every kind begins `queued` and ends `completed`. */
const linkPhases = [
  'links:init',
  'links:feature-prep',
  'links:session-evidence',
  'links:documents',
  'links:catalog',
  'links:completed',
] as const;

export const phasesOf = {
  full_sync: [
    'queued',
    'discover',
    'documents',
    'tasks',
    'sessions',
    'git-dates',
    'features',
    ...linkPhases,
    'search',
    'analytics',
    'completed',
  ],
  rebuild_links: ['queued', ...linkPhases, 'analytics', 'completed'],
  sync_changed_files: ['queued', 'changed-files', 'features', ...linkPhases, 'search', 'completed'],
  push_work_items: ['queued', 'validate', 'plan', 'overwrite', 'push', 'finalize', 'completed'],
} as const;

export type OperationKind = keyof typeof phasesOf;
export const OperationKind = z.enum(Object.keys(phasesOf) as [OperationKind, ...OperationKind[]]);

export type PhaseName = (typeof phasesOf)[OperationKind][number];
export const PhaseName = z.enum([...new Set(Object.values(phasesOf).flat())] as [PhaseName, ...PhaseName[]]);

export const OperationStatus = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']);
export type OperationStatus = z.infer<typeof OperationStatus>;

export const OperationErrorCode = z.enum([
  'interrupted',
  'source_missing',
  'source_emptied',
  'source_outside_base',
  'database_unavailable',
  'coalesced',
  'cancelled',
  'upstream',
  'overwrite_failed',
  'internal',
]);
export type OperationErrorCode = z.infer<typeof OperationErrorCode>;

/** Who asked, as a label; nothing branches on it. */
export const Trigger = z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/);
export type Trigger = z.infer<typeof Trigger>;

export const Actor = z.object({ kind: z.enum(['user', 'token', 'system']), name: z.string() });
export type Actor = z.infer<typeof Actor>;

/** Rows that changed, by name (OP15). */
export const CounterName = z.enum([
  'filesSeen',
  'filesFailed',
  'documentsSynced',
  'documentsSkipped',
  'documentsRemoved',
  'tasksSynced',
  'tasksSkipped',
  'tasksRemoved',
  'sessionsSynced',
  'sessionsSkipped',
  'sessionsRemoved',
  'featuresSynced',
  'featuresRemoved',
  'gitDatesUpdated',
  'commitCorrelationsSynced',
  'searchIndexed',
  'linksCreated',
  'linksUpdated',
  'linksRemoved',
  'changedFilesTotal',
  'issuesFound',
  'itemsCreated',
  'itemsUpdated',
  'itemsUnchanged',
  'itemsFailed',
  'itemsSkipped',
  'itemsDeleted',
]);
export type CounterName = z.infer<typeof CounterName>;
export const Counters = z.partialRecord(CounterName, z.number().int().nonnegative());
export type Counters = z.infer<typeof Counters>;

/** Figures of one phase: the generic three, and the named keys of OP14. */
export const Progress = z
  .object({
    processed: z.number().int().nonnegative().nullable().optional(),
    total: z.number().int().nonnegative().nullable().optional(),
    ratePerSecond: z.number().nonnegative().nullable().optional(),
  })
  .catchall(z.number().nullable());
export type Progress = z.infer<typeof Progress>;

export const PhaseRecord = z.object({
  name: PhaseName,
  startedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  durationMs: z.number().int().nonnegative(),
  progress: Progress,
  counters: Counters,
});
export type PhaseRecord = z.infer<typeof PhaseRecord>;

export const WaitingFor = z.object({
  reason: z.enum(['lane', 'slot', 'retry_delay']),
  operationId: OperationId.nullable(),
  kind: z.string().nullable(),
  position: z.number().int().nonnegative(),
});
export type WaitingFor = z.infer<typeof WaitingFor>;

export const OperationRecord = z.object({
  id: OperationId,
  /** Raw text: a server may meet the kind of a newer version (chapter 10). */
  kind: z.string(),
  projectId: ProjectId.nullable(),
  projectSlug: z.string().nullable(),
  trigger: Trigger,
  actor: Actor,
  status: OperationStatus,
  phase: z.string(),
  message: z.string(),
  progress: Progress,
  counters: Counters,
  stats: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.unknown()),
  queuedAt: Timestamp,
  startedAt: Timestamp.nullable(),
  updatedAt: Timestamp,
  finishedAt: Timestamp.nullable(),
  durationMs: z.number().int().nonnegative(),
  error: z.string().nullable(),
  errorCode: OperationErrorCode.nullable(),
  attempt: z.number().int().positive(),
  retryOf: OperationId.nullable(),
  coalescedInto: OperationId.nullable(),
  waitingFor: WaitingFor.nullable(),
  cancelRequestedAt: Timestamp.nullable(),
  phases: z.array(PhaseRecord).optional(),
  etaMs: z.number().int().nonnegative().nullable(),
  issues: z.number().int().nonnegative(),
});
export type OperationRecord = z.infer<typeof OperationRecord>;

/** An issue as it is listed: what is wrong, since when, and whether it still is (OP33). */
export const IssueRecord = FileIssue.extend({
  id: z.string(),
  severity: IssueSeverity,
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  resolvedAt: Timestamp.nullable(),
});
export type IssueRecord = z.infer<typeof IssueRecord>;

export const isTerminal = (status: OperationStatus): boolean => status !== 'queued' && status !== 'running';
