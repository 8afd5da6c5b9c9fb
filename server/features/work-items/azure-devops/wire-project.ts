/** Projects, processes and the creation of a project as Azure DevOps sends them (AZ12). */
import { z } from 'zod';

export const WireProject = z.object({
  id: z.string(),
  name: z.string(),
  capabilities: z.record(z.string(), z.record(z.string(), z.string().nullish()).nullish()).nullish(),
});

export const WireProjectReference = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  url: z.string().nullish(),
  state: z.string().nullish(),
  revision: z.number().int().nullish(),
  visibility: z.string().nullish(),
  lastUpdateTime: z.string().nullish(),
});
export type WireProjectReference = z.infer<typeof WireProjectReference>;
export const WireProjects = z.object({ value: z.array(WireProjectReference) });

export const WireProcess = z.object({
  typeId: z.string(),
  name: z.string(),
  description: z.string().nullish(),
  isDefault: z.boolean().nullish(),
  isEnabled: z.boolean().nullish(),
});
export type WireProcess = z.infer<typeof WireProcess>;
export const WireProcesses = z.object({ value: z.array(WireProcess) });

/** What a creation is watched by. */
export const WireOperation = z.object({
  id: z.string(),
  status: z.string(),
  url: z.string().nullish(),
  _links: z.unknown().optional(),
  resultMessage: z.string().nullish(),
  detailedMessage: z.string().nullish(),
});
export type WireOperation = z.infer<typeof WireOperation>;
