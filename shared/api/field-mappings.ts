/** Routes of field mappings: people's own by project, and the one of each process (FM3). */
import { z } from 'zod';
import { FieldMappingConfig, FieldMappingTemplate } from '../views/field-mapping.ts';
import { ItemType } from '../work-items.ts';
import { defineRoute } from './define.ts';
import { OpaqueId, succeeds, textFilter } from './envelope.ts';
import { CleanText } from './params.ts';

const required = (most: number) =>
  CleanText.transform((text) => text.trim()).pipe(
    z.string().min(1, 'must not be empty').max(most, `may have ${most} characters at most`),
  );

/** Nothing, null and blank text mean the same. */
const optional = (most: number) =>
  CleanText.max(most, `may have ${most} characters at most`)
    .nullish()
    .transform((text) => (text === null || text === undefined || text.trim() === '' ? null : text.trim()));

const MappingRequest = z
  .object({
    id: OpaqueId.nullish(),
    ardoqField: required(255),
    azureDevOpsField: required(255),
    workItemType: ItemType,
    transform: optional(10_000),
    transformFunction: optional(10_000),
  })
  .transform(({ transform, transformFunction, ...mapping }) => ({
    ...mapping,
    transform: transform ?? transformFunction,
  }));
export type MappingRequest = z.infer<typeof MappingRequest>;

const Mappings = z
  .array(MappingRequest)
  .max(1000, 'may have 1000 entries at most')
  .superRefine((mappings, context) => {
    const seen = new Set<string>();
    for (const [index, { workItemType, ardoqField }] of mappings.entries()) {
      const key = `${workItemType}\n${ardoqField}`;
      if (seen.has(key)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'ardoqField'],
          message: `is mapped twice for ${workItemType}`,
        });
      }
      seen.add(key);
    }
  });

export const FieldMappingConfigRequest = z.object({
  name: required(255),
  projectId: required(255),
  projectName: optional(255),
  description: optional(10_000),
  processTemplateName: optional(255),
  isDefault: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  mappings: Mappings.nullish().transform((mappings) => mappings ?? []),
});
export type FieldMappingConfigRequest = z.infer<typeof FieldMappingConfigRequest>;

/** What is not named stays as it is. */
export const FieldMappingConfigChange = z.object({
  name: required(255).optional(),
  projectId: required(255).optional(),
  projectName: optional(255).optional(),
  description: optional(10_000).optional(),
  processTemplateName: optional(255).optional(),
  isDefault: z.boolean().optional(),
  mappings: Mappings.optional(),
});
export type FieldMappingConfigChange = z.infer<typeof FieldMappingConfigChange>;

const params = z.object({ id: OpaqueId });

export const listFieldMappingTemplates = defineRoute({
  method: 'GET',
  path: '/api/field-mapping/templates',
  summary: 'Mappings that a process brings with it',
  role: 'viewer',
  query: z.object({ processTemplateName: textFilter() }),
  answer: succeeds(z.array(FieldMappingTemplate)),
  status: 200,
});

export const listFieldMappingConfigs = defineRoute({
  method: 'GET',
  path: '/api/field-mapping/configs',
  summary: 'Mappings of a project, newest first',
  role: 'viewer',
  query: z.object({ projectId: required(255) }),
  answer: succeeds(z.array(FieldMappingConfig)),
  status: 200,
});

export const createFieldMappingConfig = defineRoute({
  method: 'POST',
  path: '/api/field-mapping/configs',
  summary: 'Make a mapping',
  role: 'operator',
  body: FieldMappingConfigRequest,
  answer: succeeds(FieldMappingConfig),
  status: 201,
});

export const getFieldMappingConfig = defineRoute({
  method: 'GET',
  path: '/api/field-mapping/configs/:id',
  summary: 'One mapping',
  role: 'viewer',
  params,
  answer: succeeds(FieldMappingConfig),
  status: 200,
});

export const changeFieldMappingConfig = defineRoute({
  method: 'PUT',
  path: '/api/field-mapping/configs/:id',
  summary: 'Change a mapping; rules that are given replace all rules it has',
  role: 'operator',
  params,
  body: FieldMappingConfigChange,
  answer: succeeds(FieldMappingConfig),
  status: 200,
});

export const removeFieldMappingConfig = defineRoute({
  method: 'DELETE',
  path: '/api/field-mapping/configs/:id',
  summary: 'Remove a mapping',
  role: 'operator',
  params,
  answer: succeeds(z.object({ id: z.string() })),
  status: 200,
});

export const fieldMappingRoutes = [
  listFieldMappingTemplates,
  listFieldMappingConfigs,
  createFieldMappingConfig,
  getFieldMappingConfig,
  changeFieldMappingConfig,
  removeFieldMappingConfig,
] as const;
