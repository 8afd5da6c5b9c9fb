/** A full sync or a push seen as one thing: it started, and it ended once, well or badly. */
import { z } from 'zod';
import { OperationId, Timestamp } from '../ids.ts';
import { SyncCounts } from '../views/project.ts';
import { PushOutcome, PushStatus, PushSummary, PushWarning, SourceType } from '../work-items.ts';
import { defineEvent } from './define.ts';

const push = { syncHistoryId: z.string(), timestamp: Timestamp };

/** EV21, and what a record of history is made of if its first row could not be written (HI7). */
const PushStarted = z.object({
  ...push,
  operationId: OperationId,
  total: z.number().int().nonnegative(),
  queued: z.boolean(),
  position: z.number().int().nonnegative().optional(),
  record: z.object({
    sourceType: SourceType,
    sourceConfigId: z.string().nullable(),
    targetConfigId: z.string(),
    projectName: z.string(),
    overwriteMode: z.boolean(),
    retryOf: z.string().nullable(),
    planId: z.string().nullable(),
    idempotencyKey: z.string().nullable(),
  }),
});

const PushComplete = z.object({
  ...push,
  summary: PushSummary,
  status: PushStatus,
  outcome: PushOutcome,
  deleted: z.number().int().nonnegative(),
  warnings: z.array(PushWarning),
});

const PushError = z.object({
  ...push,
  error: z.string(),
  code: z.string(),
  summary: PushSummary.optional(),
  deleted: z.number().int().nonnegative().optional(),
});

const SyncBegun = z.object({ slug: z.string(), kind: z.string(), trigger: z.string() });
const SyncEnded = z.object({
  slug: z.string(),
  kind: z.string(),
  counts: SyncCounts,
  durationMs: z.number(),
});
const SyncBroken = z.object({ slug: z.string(), kind: z.string(), error: z.string(), errorCode: z.string() });

export const SyncStarted = defineEvent('sync:started', z.union([SyncBegun, PushStarted]));
export const SyncComplete = defineEvent('sync:complete', z.union([SyncEnded, PushComplete]));
export const SyncError = defineEvent('sync:error', z.union([SyncBroken, PushError]));
