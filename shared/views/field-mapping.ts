/** Rules that say which field of the source becomes which field of a work item (FM3). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';
import { ItemType } from '../work-items.ts';

export const FieldMapping = z.object({
  id: z.string(),
  ardoqField: z.string(),
  azureDevOpsField: z.string(),
  workItemType: ItemType,
  transform: z.string().optional(),
  /** The same again, in the word of older clients. */
  transformFunction: z.string().optional(),
});
export type FieldMapping = z.infer<typeof FieldMapping>;

export const FieldMappingConfig = z.object({
  id: z.string(),
  name: z.string(),
  projectId: z.string(),
  projectName: z.string().optional(),
  description: z.string().optional(),
  processTemplateName: z.string().optional(),
  isDefault: z.boolean(),
  mappings: z.array(FieldMapping),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type FieldMappingConfig = z.infer<typeof FieldMappingConfig>;

export const FieldMappingTemplate = z.object({
  id: z.string(),
  processTemplateName: z.string(),
  /** `typeId` of the process. */
  processTemplateId: z.string(),
  description: z.string().optional(),
  mappings: z.array(FieldMapping),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type FieldMappingTemplate = z.infer<typeof FieldMappingTemplate>;
