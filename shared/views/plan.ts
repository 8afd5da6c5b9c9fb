/** Features with their phases and tasks, derived from documents (DR1, FT6 to FT14). */
import { z } from 'zod';
import { DerivedDate } from './document.ts';

export const TaskStatus = z.enum([
  'done',
  'in-progress',
  'review',
  'blocked',
  'backlog',
  'deferred',
  'unknown',
]);
export type TaskStatus = z.infer<typeof TaskStatus>;

/** Of a phase and of a feature, from the least to the furthest. */
export const PlanStatus = z.enum(['backlog', 'in-progress', 'review', 'done', 'deferred']);
export type PlanStatus = z.infer<typeof PlanStatus>;

export const Readiness = z.enum([
  'blocked',
  'planning',
  'review',
  'ready',
  'backlog',
  'in-progress',
  'done',
  'deferred',
]);
export type Readiness = z.infer<typeof Readiness>;

export const PlanTask = z.object({
  id: z.string(),
  rawId: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  status: TaskStatus,
  rawStatus: z.string().nullable(),
  assignedTo: z.array(z.string()),
  model: z.string().nullable(),
  priority: z.string().nullable(),
  effort: z.string().nullable(),
  storyPoints: z.number().nullable(),
  dependencies: z.array(z.string()),
  sessionIds: z.array(z.string()),
  commitHashes: z.array(z.string()),
  sourcePath: z.string(),
  line: z.number().int().nullable(),
  phase: z.string().nullable(),
  featureId: z.string().nullable(),
});
export type PlanTask = z.infer<typeof PlanTask>;

export const PlanPhase = z.object({
  phase: z.string(),
  title: z.string(),
  status: PlanStatus,
  totalTasks: z.number().int(),
  completedTasks: z.number().int(),
  deferredTasks: z.number().int(),
  /** Percent; null where neither tasks nor a figure were declared. */
  progress: z.number().int().nullable(),
  sourcePath: z.string(),
});
export type PlanPhase = z.infer<typeof PlanPhase>;

export const StatusEvidence = z.object({
  path: z.string(),
  rawStatus: z.string().nullable(),
  canonicalStatus: z.string().nullable(),
});
export type StatusEvidence = z.infer<typeof StatusEvidence>;

export const BatchState = z.enum(['blocked', 'waiting', 'ready', 'done']);
export type BatchState = z.infer<typeof BatchState>;

/** Tasks that may be done at the same time, as `parallelization` declares them. */
export const TaskBatch = z.object({
  phase: z.string(),
  batch: z.string(),
  state: BatchState,
  tasks: z.array(z.string()),
  sourcePath: z.string(),
});
export type TaskBatch = z.infer<typeof TaskBatch>;

export const FeatureRelation = z.object({
  type: z.string(),
  featureId: z.string(),
  confidence: z.number(),
});
export type FeatureRelation = z.infer<typeof FeatureRelation>;

const featureDates = {
  plannedAt: DerivedDate.nullable(),
  startedAt: DerivedDate.nullable(),
  completedAt: DerivedDate.nullable(),
  updatedAt: DerivedDate.nullable(),
  lastActivityAt: DerivedDate.nullable(),
};
export const FeatureDates = z.object(featureDates);
export type FeatureDates = z.infer<typeof FeatureDates>;

export const FeatureItem = z.object({
  id: z.string(),
  name: z.string(),
  baseSlug: z.string(),
  category: z.string().nullable(),
  priority: z.string().nullable(),
  tags: z.array(z.string()),
  owners: z.array(z.string()),
  status: PlanStatus,
  /** A source says done while a phase is open; `conflictPhases` names the open ones. */
  conflict: z.boolean(),
  conflictPhases: z.array(z.string()),
  statusEvidence: z.array(StatusEvidence),
  readiness: Readiness,
  coverage: z.number(),
  totalTasks: z.number().int(),
  completedTasks: z.number().int(),
  deferredTasks: z.number().int(),
  documentCount: z.number().int(),
  ...featureDates,
});
export type FeatureItem = z.infer<typeof FeatureItem>;

export const FeatureDocument = z.object({
  path: z.string(),
  type: z.string(),
  docId: z.string(),
  title: z.string(),
  status: z.string().nullable(),
  canonicalStatus: z.string().nullable(),
  /** What an open document of a done feature should say (FT12); shown, never written. */
  suggestedStatus: z.string().nullable(),
});
export type FeatureDocument = z.infer<typeof FeatureDocument>;

export const FeatureSession = z.object({
  id: z.string(),
  title: z.string().nullable(),
  confidence: z.number(),
  strategy: z.string(),
  primary: z.boolean(),
  weak: z.boolean(),
});
export type FeatureSession = z.infer<typeof FeatureSession>;

export const TimelineEvent = z.object({
  kind: z.enum(['doc-created', 'doc-updated', 'doc-completed']),
  path: z.string(),
  at: DerivedDate,
});
export type TimelineEvent = z.infer<typeof TimelineEvent>;

export const FeatureDetail = FeatureItem.extend({
  phases: z.array(PlanPhase),
  tasks: z.array(PlanTask),
  batches: z.array(TaskBatch),
  documents: z.array(FeatureDocument),
  sessions: z.array(FeatureSession),
  relations: z.array(FeatureRelation),
  timeline: z.array(TimelineEvent),
});
export type FeatureDetail = z.infer<typeof FeatureDetail>;
