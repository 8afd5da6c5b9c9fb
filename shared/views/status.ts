/** How the server, its watchers and its database are doing (ST, SH). */
import { z } from 'zod';
import { EventId, OperationId, ProjectId, Timestamp } from '../ids.ts';
import { OperationRecord } from '../operations.ts';

export const WatchState = z.enum(['off', 'starting', 'watching', 'polling', 'retrying', 'halted']);
export type WatchState = z.infer<typeof WatchState>;

export const ProgressStatus = z.enum(['progressing', 'idle', 'stalled', 'not_running']);
export type ProgressStatus = z.infer<typeof ProgressStatus>;

const count = z.number().int().nonnegative();

/** The watcher of one project (ST3). */
export const WatchStatus = z.object({
  configured: z.boolean(),
  running: z.boolean(),
  state: WatchState,
  reason: z.string().nullable(),
  watchPaths: z.array(z.string()),
  watchPathCount: count,
  missingPaths: z.array(z.string()),
  pendingChanges: count,
  oldestPendingAt: Timestamp.nullable(),
  lastTickAt: Timestamp.nullable(),
  lastTickRawChangeCount: count,
  lastTickClassifiedChangeCount: count,
  lastChangeSyncAt: Timestamp.nullable(),
  lastChangeCount: count,
  lastSyncStatus: z.string().nullable(),
  lastSyncError: z.string().nullable(),
  lastAttemptAt: Timestamp.nullable(),
  lastSuccessfulDispatchAt: Timestamp.nullable(),
  consecutiveTicksWithoutDispatch: count,
  consecutiveFailedDispatches: count,
  lastReconcileAt: Timestamp.nullable(),
  lastReconcileReason: z.string().nullable(),
  repairsTotal: count,
  progressStatus: ProgressStatus,
});
export type WatchStatus = z.infer<typeof WatchStatus>;

export const WatcherFlag = z.enum(['running', 'stopped', 'degraded']);
export type WatcherFlag = z.infer<typeof WatcherFlag>;

/** `GET /api/cache/status` (ST1). */
export const CacheStatus = z.object({
  status: z.enum(['active', 'unavailable']),
  sync_engine: z.enum(['ready', 'unavailable']),
  watcher: WatcherFlag,
  projectId: ProjectId.nullable(),
  projectSlug: z.string().nullable(),
  projectName: z.string().nullable(),
  activePaths: z.object({
    sessionsDir: z.string().nullable(),
    docsDir: z.string().nullable(),
    progressDir: z.string().nullable(),
    docsDirs: z.array(z.string()),
    progressDirs: z.array(z.string()),
    sessionsDirs: z.array(z.string()),
  }),
  operations: z.object({
    activeOperationCount: count,
    activeOperations: z.array(OperationRecord),
    queuedOperationCount: count,
    recentOperations: z.array(OperationRecord),
    trackedOperationCount: count,
  }),
  links: z.object({
    logicVersion: z.string(),
    lastRebuildAt: Timestamp.nullable(),
    trigger: z.string().nullable(),
    reason: z.string().nullable(),
    linksTotal: count,
    pending: count,
  }),
  git: z.object({
    state: z.string(),
    reason: z.string().nullable(),
    head: z.string().nullable(),
    shallow: z.boolean(),
    indexedPaths: count,
    dirtyPaths: count,
    checkedAt: Timestamp.nullable(),
  }),
  watch: WatchStatus,
  openIssues: z.object({ error: count, warning: count, notice: count }),
  rows: z.object({ documents: count, sessions: count, features: count, tasks: count, links: count }),
  databaseBytes: count,
  liveUpdates: z.object({
    active_subscribers: count,
    buffered_topics: count,
    active_topic_subscriptions: count,
    published_events: count,
    dropped_events: count,
    buffer_evictions: count,
    replay_gaps: count,
    subscription_opens: count,
    subscription_closes: count,
  }),
  liveFanout: z.object({
    enabled: z.boolean(),
    mode: z.string(),
    running: z.boolean(),
    connected: z.boolean(),
    listener: z.string().nullable(),
    publisher: z.string().nullable(),
    errorCount: count,
    recentErrors: z.array(z.string()),
  }),
});
export type CacheStatus = z.infer<typeof CacheStatus>;

export const Degradation = z.object({ code: z.string(), message: z.string(), remedy: z.string().nullable() });
export type Degradation = z.infer<typeof Degradation>;

/** `GET /api/health` (ST4). */
export const Health = z.object({
  status: z.enum(['ok', 'degraded', 'unavailable']),
  db: z.enum(['connected', 'disconnected']),
  watcher: WatcherFlag,
  profile: z.enum(['local', 'server']),
  startupSync: z.enum(['idle', 'pending', 'running', 'done', 'failed']),
  analyticsSnapshots: z.enum(['idle', 'running']),
  storageMode: z.enum(['embedded', 'external']),
  storageBackend: z.literal('postgres'),
  version: z.string(),
  startedAt: Timestamp,
  uptimeMs: count,
  operations: z.object({ running: count, queued: count }),
  projects: z.array(
    z.object({
      slug: z.string(),
      watchState: WatchState,
      reason: z.string().nullable(),
      progressStatus: ProgressStatus,
    }),
  ),
  journal: z.object({ epoch: z.string(), head: EventId, oldest: EventId }),
  eventLoop: z.object({ p99Ms: z.number() }),
  degraded: z.array(Degradation),
});
export type Health = z.infer<typeof Health>;

/** `GET /api/v1/system/health` (SH1, SH2). */
export const SystemHealth = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  database: z.enum(['connected', 'disconnected']),
  version: z.string(),
  migration_ok: z.boolean(),
  fts_ok: z.boolean(),
  ready: z.boolean(),
  degraded: z.array(z.string()),
});
export type SystemHealth = z.infer<typeof SystemHealth>;

export const Readiness = z.object({
  status: z.enum(['ready', 'not_ready']),
  reasons: z.array(z.enum(['migrating', 'recovering', 'draining', 'database'])),
});
export type Readiness = z.infer<typeof Readiness>;

export const StartedOperation = z.object({
  status: z.literal('ok'),
  mode: z.literal('background'),
  message: z.string(),
  operationId: OperationId,
  coalesced: z.boolean(),
});
export type StartedOperation = z.infer<typeof StartedOperation>;
