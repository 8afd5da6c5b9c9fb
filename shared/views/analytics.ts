/** How much there was of everything in a project at one moment (SU6). */
import { z } from 'zod';
import { OperationId, Timestamp } from '../ids.ts';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);

/** Costs in US dollars; `costComplete` is false where a price was not known, and then the cost is a least one. */
export const ProjectTotals = z.object({
  documents: count,
  documentsByType: counts,
  /** Documents without a status are counted under `none`. */
  documentsByStatus: counts,
  featuresByStatus: counts,
  tasksByStatus: counts,
  sessions: count,
  tokens: count,
  cost: z.number().nullable(),
  costComplete: z.boolean(),
  linksByStrategy: counts,
  suspects: count,
  openIssues: count,
});
export type ProjectTotals = z.infer<typeof ProjectTotals>;

export const AnalyticsSnapshot = z.object({
  operationId: OperationId,
  at: Timestamp,
  totals: ProjectTotals,
});
export type AnalyticsSnapshot = z.infer<typeof AnalyticsSnapshot>;
