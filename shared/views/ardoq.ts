/** What there is in Ardoq, as one looks around before a push (BR1). */
import { z } from 'zod';

/** As Ardoq sends it: its keys are its own (AR4). */
export const ArdoqObject = z.record(z.string(), z.unknown());
export type ArdoqObject = z.infer<typeof ArdoqObject>;

/** A component that has no place in the hierarchy (BR2). */
export const LeftOut = z.object({
  componentId: z.string(),
  name: z.string(),
  type: z.string(),
  reason: z.string(),
});
export type LeftOut = z.infer<typeof LeftOut>;

export const ArdoqWorkspaces = z.object({ values: z.array(z.unknown()), _meta: ArdoqObject });
export type ArdoqWorkspaces = z.infer<typeof ArdoqWorkspaces>;

export const ArdoqDomain = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type ArdoqDomain = z.infer<typeof ArdoqDomain>;

export const ArdoqInitiative = ArdoqDomain.extend({ parent: z.string() });
export type ArdoqInitiative = z.infer<typeof ArdoqInitiative>;

/** A component with its own keys, and `children` of the same shape. */
export const ArdoqNode = z.looseObject({
  _id: z.string(),
  name: z.string().nullish(),
  type: z.string(),
  children: z.array(z.unknown()),
});
export type ArdoqNode = z.infer<typeof ArdoqNode>;

/** What a rule of the mapping finds in one component. */
export const MappingTest = z.object({
  azureDevOpsField: z.string(),
  extractedValue: z.unknown(),
  isNull: z.boolean(),
  isUndefined: z.boolean(),
  type: z.string(),
  stringValue: z.string().nullable(),
  /** Where in the component it was found (FM6). */
  path: z.string().nullable(),
});
export type MappingTest = z.infer<typeof MappingTest>;

export const ComponentDiagnosis = z.object({
  componentId: z.string(),
  componentName: z.string(),
  componentType: z.string(),
  workItemType: z.enum(['epic', 'feature', 'user_story']).nullable(),
  componentStructure: ArdoqObject,
  fieldValues: ArdoqObject,
  otherFields: ArdoqObject,
  /** By the field of the component that the rule names. */
  mappingTests: z.record(z.string(), MappingTest),
  summary: z.object({
    totalFields: z.number().int(),
    mappedFieldsFound: z.number().int(),
    otherFieldsFound: z.number().int(),
    mappingTestsPassed: z.number().int(),
    mappingTestsFailed: z.number().int(),
  }),
});
export type ComponentDiagnosis = z.infer<typeof ComponentDiagnosis>;

export const MappingDiagnosis = z.object({
  workspaceId: z.string(),
  totalComponents: z.number().int(),
  filteredComponents: z.number().int(),
  analyzedComponents: z.number().int(),
  /** `all` without one. */
  componentTypeFilter: z.string(),
  diagnostics: z.array(ComponentDiagnosis),
  summary: z.object({
    componentsWithDescription: z.number().int(),
    componentsWithoutDescription: z.number().int(),
    averageFieldsPerComponent: z.number(),
    /** In at least half of them. */
    commonOtherFields: z.array(z.string()),
    /** How many components of each type the workspace has. */
    componentTypes: z.record(z.string(), z.number().int()),
  }),
});
export type MappingDiagnosis = z.infer<typeof MappingDiagnosis>;
