/** `/api/cache`: start, follow, steer and compare operations (OP). */
import { z } from 'zod';
import { IssueRecord, OperationKind, OperationRecord, OperationStatus, Trigger } from '../operations.ts';
import { IssueCode, IssueSeverity } from '../issues.ts';
import { CacheStatus, StartedOperation } from '../views/status.ts';
import { defineRoute } from './define.ts';
import { anyOf, CleanText, decimal, filter, flag, ZonedTime } from './params.ts';

export const toPage = <T extends z.ZodType>(item: T) =>
  z.object({
    status: z.literal('ok'),
    count: z.number().int(),
    items: z.array(item),
    nextCursor: z.string().nullable(),
  });

const paging = { limit: decimal(1, 200).default(20), cursor: filter() };
const IdParams = z.object({ id: CleanText });
const inProject = { project: CleanText.optional() };

/** The end of a foreground operation, or the start of a background one (OP25). */
export const FinishedOperation = z.object({
  status: z.literal('ok'),
  mode: z.literal('foreground'),
  operationId: z.string(),
  coalesced: z.boolean(),
  stats: z.record(z.string(), z.unknown()),
  operation: OperationRecord,
});
const Triggered = z.union([StartedOperation, FinishedOperation]);

export const SyncRequest = z.object({
  ...inProject,
  force: z.boolean().default(true),
  background: z.boolean().default(true),
  trigger: Trigger.default('api'),
  rebuildLinks: z.boolean().default(true),
  captureAnalytics: z.boolean().default(true),
  allowEmpty: z.boolean().default(false),
});

export const RebuildLinksRequest = z.object({
  ...inProject,
  background: z.boolean().default(true),
  captureAnalytics: z.boolean().default(false),
  trigger: Trigger.default('api'),
});

export const ChangedPath = z.object({
  path: CleanText.refine((path) => path.trim() !== '', 'must not be blank').max(4096),
  changeType: z.enum(['modified', 'added', 'deleted']).default('modified'),
});
export type ChangedPath = z.output<typeof ChangedPath>;

export const SyncPathsRequest = z.object({
  ...inProject,
  paths: z.array(ChangedPath).min(1, 'No paths provided').max(1000, 'at most 1,000 paths'),
  background: z.boolean().default(false),
  trigger: Trigger.default('api'),
  allowEmpty: z.boolean().default(false),
  dryRun: z.boolean().default(false),
});

export const IgnoredPath = z.object({ path: z.string(), reason: z.string() });
export type IgnoredPath = z.infer<typeof IgnoredPath>;

export const PathPlan = z.object({
  status: z.literal('ok'),
  mode: z.literal('dry-run'),
  plan: z.array(
    z.object({
      path: z.string(),
      action: z.enum(['add', 'update', 'unchanged', 'remove', 'ignore']),
      reason: z.string().nullable(),
    }),
  ),
});

export type PathPlan = z.infer<typeof PathPlan>;

export const readStatus = defineRoute({
  method: 'GET',
  path: '/api/cache/status',
  summary: 'Operations, watcher, git, links and issues of one project at a glance',
  role: 'viewer',
  query: z.object(inProject),
  answer: CacheStatus,
  status: 200,
});

export const triggerSync = defineRoute({
  method: 'POST',
  path: '/api/cache/sync',
  summary: 'Start a full sync',
  role: 'operator',
  query: z.object(inProject),
  body: SyncRequest,
  answer: Triggered,
  status: 202,
  isIdempotent: true,
});

export const triggerRescan = defineRoute({
  method: 'POST',
  path: '/api/cache/rescan',
  summary: 'Read, hash and derive every file again, in the background',
  role: 'operator',
  query: z.object(inProject),
  body: z.object(inProject),
  answer: StartedOperation,
  status: 202,
  isIdempotent: true,
});

export const triggerRebuildLinks = defineRoute({
  method: 'POST',
  path: '/api/cache/rebuild-links',
  summary: 'Compute all links of a project anew, and apply the difference',
  role: 'operator',
  query: z.object(inProject),
  body: RebuildLinksRequest,
  answer: Triggered,
  status: 202,
  isIdempotent: true,
});

export const triggerSyncPaths = defineRoute({
  method: 'POST',
  path: '/api/cache/sync-paths',
  summary: 'Index the given paths; the disk decides what happened to them',
  role: 'operator',
  query: z.object(inProject),
  body: SyncPathsRequest,
  answer: z.union([
    StartedOperation.extend({ ignored: z.array(IgnoredPath) }),
    FinishedOperation.extend({ ignored: z.array(IgnoredPath) }),
    PathPlan,
  ]),
  status: 200,
  isIdempotent: true,
});

export const listOperations = defineRoute({
  method: 'GET',
  path: '/api/cache/operations',
  summary: 'Operations, newest first',
  role: 'viewer',
  query: z.object({
    ...paging,
    ...inProject,
    kind: anyOf(OperationKind),
    status: anyOf(OperationStatus),
    trigger: anyOf(CleanText),
    since: ZonedTime.optional(),
    until: ZonedTime.optional(),
    active: flag().optional(),
    include: z.literal('phases').optional(),
  }),
  answer: toPage(OperationRecord),
  status: 200,
});

export const readOperation = defineRoute({
  method: 'GET',
  path: '/api/cache/operations/:id',
  summary: 'One operation with its phases',
  role: 'viewer',
  params: IdParams,
  query: z.object(inProject),
  answer: OperationRecord,
  status: 200,
});

export const cancelOperation = defineRoute({
  method: 'POST',
  path: '/api/cache/operations/:id/cancel',
  summary: 'Ask an operation to stop',
  role: 'operator',
  params: IdParams,
  query: z.object(inProject),
  answer: z.object({
    status: z.literal('ok'),
    operationId: z.string(),
    message: z.literal('Cancellation requested'),
  }),
  status: 202,
});

export const retryOperation = defineRoute({
  method: 'POST',
  path: '/api/cache/operations/:id/retry',
  summary: 'Run a failed or cancelled operation again with the same options',
  role: 'operator',
  params: IdParams,
  query: z.object(inProject),
  answer: StartedOperation.extend({ retryOf: z.string() }),
  status: 202,
  isIdempotent: true,
});

const issueFilters = { severity: anyOf(IssueSeverity), code: anyOf(IssueCode) };

export const listOperationIssues = defineRoute({
  method: 'GET',
  path: '/api/cache/operations/:id/issues',
  summary: 'Issues one operation recorded',
  role: 'viewer',
  params: IdParams,
  query: z.object({ ...paging, ...inProject, ...issueFilters }),
  answer: toPage(IssueRecord),
  status: 200,
});

export const listProjectIssues = defineRoute({
  method: 'GET',
  path: '/api/cache/issues',
  summary: 'Issues of a project',
  role: 'viewer',
  query: z.object({ ...paging, ...inProject, ...issueFilters, open: flag().optional() }),
  answer: toPage(IssueRecord),
  status: 200,
});

const delta = z.object({
  value: z.number(),
  baseline: z.number().nullable(),
  delta: z.number().nullable(),
  ratio: z.number().nullable(),
});

export const Comparison = z.object({
  operation: z.string(),
  baseline: z.string().nullable(),
  phases: z.array(
    z.object({
      name: z.string(),
      durationMs: z.number(),
      baselineMs: z.number().nullable(),
      deltaMs: z.number().nullable(),
      ratio: z.number().nullable(),
    }),
  ),
  counters: z.array(
    z.object({
      name: z.string(),
      value: z.number(),
      baseline: z.number().nullable(),
      delta: z.number().nullable(),
    }),
  ),
  durationMs: delta,
  changes: z.object({
    documents: z.object({
      added: z.array(z.string()),
      updated: z.array(z.string()),
      removed: z.array(z.string()),
    }),
  }),
});
export type Comparison = z.infer<typeof Comparison>;

export const compareOperation = defineRoute({
  method: 'GET',
  path: '/api/cache/operations/:id/comparison',
  summary: 'One operation beside an earlier one of its kind',
  role: 'viewer',
  params: IdParams,
  query: z.object({ ...inProject, with: filter() }),
  answer: Comparison,
  status: 200,
});
