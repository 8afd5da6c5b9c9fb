/** A push item by item, as ArchBridge's clients know it, and what they pass over (EV22, EV24). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';
import { defineEvent } from './define.ts';

const at = { timestamp: Timestamp, syncHistoryId: z.string() };

/** What every item event says of its item; rows of history can be made from it again (HI7). */
const item = {
  ...at,
  ardoqId: z.string(),
  name: z.string(),
  parentArdoqId: z.string().nullable(),
};

const placed = {
  ...item,
  azureDevOpsId: z.number().int(),
  azureDevOpsUrl: z.string(),
  changedByUser: z.record(z.string(), z.unknown()).nullable().optional(),
};

const Created = z.object(placed);
const Updated = z.object({ ...placed, changedFields: z.array(z.string()), rev: z.number().int() });
const Unchanged = z.object(placed);
const Skipped = z.object({ ...item, reason: z.string(), code: z.string().optional() });
const Failed = z.object({
  ...item,
  error: z.string(),
  code: z.string(),
  upstreamCode: z.string().optional(),
  /** Of a work item that exists. */
  azureDevOpsId: z.number().int().optional(),
  azureDevOpsUrl: z.string().optional(),
});

export const EpicCreated = defineEvent('epic:created', Created);
export const EpicUpdated = defineEvent('epic:updated', Updated);
export const EpicUnchanged = defineEvent('epic:unchanged', Unchanged);
export const EpicSkipped = defineEvent('epic:skipped', Skipped);
export const EpicFailed = defineEvent('epic:failed', Failed);
export const FeatureCreated = defineEvent('feature:created', Created);
export const FeatureUpdated = defineEvent('feature:updated', Updated);
export const FeatureUnchanged = defineEvent('feature:unchanged', Unchanged);
export const FeatureSkipped = defineEvent('feature:skipped', Skipped);
export const FeatureFailed = defineEvent('feature:failed', Failed);
export const UserStoryCreated = defineEvent('userstory:created', Created);
export const UserStoryUpdated = defineEvent('userstory:updated', Updated);
export const UserStoryUnchanged = defineEvent('userstory:unchanged', Unchanged);
export const UserStorySkipped = defineEvent('userstory:skipped', Skipped);
export const UserStoryFailed = defineEvent('userstory:failed', Failed);

const counted = z.object({ ...at, message: z.string(), count: z.number().int().nonnegative() });

export const OverwriteStarted = defineEvent('overwrite:started', z.object({ ...at, message: z.string() }));
export const OverwriteNoItems = defineEvent('overwrite:no-items', z.object({ ...at, message: z.string() }));
export const OverwriteDeleting = defineEvent('overwrite:deleting', counted);
export const OverwriteProgress = defineEvent(
  'overwrite:progress',
  z.object({
    ...at,
    message: z.string(),
    /** Confirmed so far. */
    deleted: z.number().int().nonnegative(),
    total: z.number().int().nonnegative(),
    currentChunk: z.number().int().positive(),
    totalChunks: z.number().int().positive(),
    failed: z.array(z.object({ id: z.number().int(), code: z.string(), message: z.string() })),
  }),
);
export const OverwriteDeleted = defineEvent('overwrite:deleted', counted);
export const OverwriteError = defineEvent(
  'overwrite:error',
  z.object({ ...at, error: z.string(), message: z.string(), code: z.string() }),
);

export const workItemEvents = [
  EpicCreated,
  EpicUpdated,
  EpicUnchanged,
  EpicSkipped,
  EpicFailed,
  FeatureCreated,
  FeatureUpdated,
  FeatureUnchanged,
  FeatureSkipped,
  FeatureFailed,
  UserStoryCreated,
  UserStoryUpdated,
  UserStoryUnchanged,
  UserStorySkipped,
  UserStoryFailed,
  OverwriteStarted,
  OverwriteNoItems,
  OverwriteDeleting,
  OverwriteProgress,
  OverwriteDeleted,
  OverwriteError,
] as const;
