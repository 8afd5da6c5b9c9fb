/** What is pushed: a tree of epics, features and user stories, whatever it was read from (PU11, PU13). */
import { z } from 'zod';

export const ItemType = z.enum(['epic', 'feature', 'user_story']);
export type ItemType = z.infer<typeof ItemType>;

/** How ArchBridge's clients write a type in a tree. */
export const NodeType = z.enum(['Epic', 'Feature', 'User Story']);
export type NodeType = z.infer<typeof NodeType>;

export const itemTypeOf: Readonly<Record<NodeType, ItemType>> = {
  Epic: 'epic',
  Feature: 'feature',
  'User Story': 'user_story',
};

/** How one item of a push ended (HI1). */
export const ItemStatus = z.enum(['created', 'updated', 'unchanged', 'failed', 'skipped']);
export type ItemStatus = z.infer<typeof ItemStatus>;

export const PlanAction = z.enum(['create', 'update', 'unchanged', 'delete', 'blocked']);
export type PlanAction = z.infer<typeof PlanAction>;

export const SourceType = z.enum(['ardoq', 'request', 'documents']);
export type SourceType = z.infer<typeof SourceType>;

/** Something a person should know of, although the push goes on. */
export const PushWarning = z.object({
  code: z.string(),
  message: z.string(),
  ardoqId: z.string().optional(),
  field: z.string().optional(),
});
export type PushWarning = z.infer<typeof PushWarning>;

/** One node of the source tree. Its place in the list of a tree is its place in the push (PU18). */
export const SourceItem = z.object({
  /** `_id`; for documents `<project id>:<normalised ref id>` (PU41). */
  sourceId: z.string().min(1).max(255),
  type: ItemType,
  name: z.string(),
  parentId: z.string().nullable(),
  /** The whole node as it was given, without `children`: mapping reads it by path (FM6). */
  node: z.record(z.string(), z.unknown()),
  /** Why it cannot be pushed, known from the source alone: an id used twice, say (PU41). */
  blocked: z.string().optional(),
});
export type SourceItem = z.infer<typeof SourceItem>;

/** Depth first in source order: an epic, its first feature, that feature's stories, the next feature (PU18). */
export const SourceTree = z.object({
  type: SourceType,
  /** Part of an item's identity: must not depend on settings or on who sends the tree (PU10). */
  system: z.string(),
  /** The project's id for documents, else empty (RC1). */
  scope: z.string(),
  items: z.array(SourceItem),
  warnings: z.array(PushWarning),
});
export type SourceTree = z.infer<typeof SourceTree>;

/** Figures of one group of items; `total` is the sum of the others (PU19). */
export const ItemCounts = z.object({
  total: z.number().int().nonnegative(),
  created: z.number().int().nonnegative(),
  updated: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  failed: z.number().int().nonnegative(),
  skipped: z.number().int().nonnegative(),
});
export type ItemCounts = z.infer<typeof ItemCounts>;

/** EV23. */
export const PushSummary = ItemCounts.extend({
  epics: ItemCounts,
  features: ItemCounts,
  userStories: ItemCounts,
});
export type PushSummary = z.infer<typeof PushSummary>;

export const groupOf: Readonly<Record<ItemType, 'epics' | 'features' | 'userStories'>> = {
  epic: 'epics',
  feature: 'features',
  user_story: 'userStories',
};

const noCounts: ItemCounts = { total: 0, created: 0, updated: 0, unchanged: 0, failed: 0, skipped: 0 };

export const toSummary = (
  items: Iterable<{ readonly type: ItemType; readonly status: ItemStatus }>,
): PushSummary => {
  const summary = {
    ...noCounts,
    epics: { ...noCounts },
    features: { ...noCounts },
    userStories: { ...noCounts },
  };
  for (const { type, status } of items) {
    for (const group of [summary, summary[groupOf[type]]]) {
      group.total += 1;
      group[status] += 1;
    }
  }
  return summary;
};

export const PushStatus = z.enum(['pending', 'in_progress', 'completed', 'failed', 'cancelled']);
export type PushStatus = z.infer<typeof PushStatus>;

export const PushOutcome = z.enum(['succeeded', 'partial', 'failed']);
export type PushOutcome = z.infer<typeof PushOutcome>;
