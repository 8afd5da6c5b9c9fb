/** What people choose from in Azure DevOps: projects, processes, types and their fields (BR1, FM3). */
import { z } from 'zod';

export const AdoProject = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().optional(),
  url: z.string().optional(),
  state: z.string().optional(),
  revision: z.number().int().optional(),
  visibility: z.string().optional(),
  lastUpdateTime: z.string().optional(),
});
export type AdoProject = z.infer<typeof AdoProject>;

export const AdoProcess = z.object({
  typeId: z.string(),
  name: z.string(),
  description: z.string().optional(),
  isDefault: z.boolean(),
  isEnabled: z.boolean(),
});
export type AdoProcess = z.infer<typeof AdoProcess>;

/** A project under way: `succeeded`, `failed` and `cancelled` are ends. */
export const AdoProjectCreation = z.object({
  id: z.string(),
  status: z.string(),
  url: z.string().optional(),
  _links: z.unknown().optional(),
  resultMessage: z.string().optional(),
  detailedMessage: z.string().optional(),
});
export type AdoProjectCreation = z.infer<typeof AdoProjectCreation>;

export const AdoField = z.object({
  referenceName: z.string(),
  name: z.string(),
  type: z.string(),
  /** Names of the types that have it. */
  workItemTypes: z.array(z.string()),
});
export type AdoField = z.infer<typeof AdoField>;

export const AdoWorkItemType = z.object({
  name: z.string(),
  referenceName: z.string(),
  fields: z.array(AdoField),
});
export type AdoWorkItemType = z.infer<typeof AdoWorkItemType>;

export const AdoTypeField = AdoField.extend({
  isRequired: z.boolean(),
  /** Absent where anything may be written. */
  allowedValues: z.array(z.string()).optional(),
});
export type AdoTypeField = z.infer<typeof AdoTypeField>;

export const WorkItemCheck = z.object({
  hasWorkItems: z.boolean(),
  /** Exact, however many there are. */
  count: z.number().int().nonnegative(),
  /** The first 20,000. */
  workItemIds: z.array(z.number().int()),
  truncated: z.boolean(),
  /** Those that Syncline has pushed. */
  ownedCount: z.number().int().nonnegative(),
});
export type WorkItemCheck = z.infer<typeof WorkItemCheck>;
