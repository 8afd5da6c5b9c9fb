/** A push as its routes answer it: the plan before, the record's id when it has begun. */
import { z } from 'zod';
import { OperationId, Timestamp } from '../ids.ts';
import { PlanAction, PushWarning } from '../work-items.ts';

export const PushStarted = z.object({ operationId: OperationId, syncHistoryId: z.string() });
export type PushStarted = z.infer<typeof PushStarted>;

export const PushCancelling = PushStarted.extend({ status: z.enum(['cancelling', 'cancelled']) });
export type PushCancelling = z.infer<typeof PushCancelling>;

const planned = {
  total: z.number().int().nonnegative(),
  create: z.number().int().nonnegative(),
  update: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  delete: z.number().int().nonnegative(),
  blocked: z.number().int().nonnegative(),
};
export const PlanCounts = z.object(planned);
export type PlanCounts = z.infer<typeof PlanCounts>;

export const PlanItem = z.object({
  ardoqId: z.string(),
  name: z.string(),
  /** Of what is deleted, the type as the target names it. */
  type: z.string(),
  parentArdoqId: z.string().optional(),
  action: PlanAction,
  azureDevOpsId: z.number().int().optional(),
  reason: z.string(),
  changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
});
export type PlanItem = z.infer<typeof PlanItem>;

/** PL1. */
export const PlanView = z.object({
  planId: z.string(),
  expiresAt: Timestamp,
  target: z.object({
    organization: z.string(),
    projectId: z.string(),
    projectName: z.string(),
    connectionId: z.string(),
  }),
  summary: PlanCounts.extend({ epics: PlanCounts, features: PlanCounts, userStories: PlanCounts }),
  items: z.array(PlanItem),
  warnings: z.array(PushWarning),
});
export type PlanView = z.infer<typeof PlanView>;
