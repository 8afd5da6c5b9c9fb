/** Stored mappings as clients see them: what is not set is left out (PU1). */
import { toTimestamp } from '../../../../shared/ids.ts';
import type {
  FieldMapping,
  FieldMappingConfig,
  FieldMappingTemplate,
} from '../../../../shared/views/field-mapping.ts';
import type { ConfigRow, MappingRow, TemplateRow, WithRules } from './mapping-store.ts';

export const toConfigView = (row: WithRules<ConfigRow>): FieldMappingConfig => ({
  id: row.id,
  name: row.name,
  projectId: row.projectId,
  ...(row.projectName === null ? {} : { projectName: row.projectName }),
  ...(row.description === null ? {} : { description: row.description }),
  ...(row.processTemplateName === null ? {} : { processTemplateName: row.processTemplateName }),
  isDefault: row.isDefault,
  mappings: row.mappings.map(toMappingView),
  createdAt: toTimestamp(row.createdAt),
  updatedAt: toTimestamp(row.updatedAt),
});

export const toTemplateView = (row: WithRules<TemplateRow>): FieldMappingTemplate => ({
  id: row.id,
  processTemplateName: row.processTemplateName,
  processTemplateId: row.processTypeId,
  ...(row.description === null ? {} : { description: row.description }),
  mappings: row.mappings.map(toMappingView),
  createdAt: toTimestamp(row.createdAt),
  updatedAt: toTimestamp(row.updatedAt),
});

/** FM3: older pages write `transform`, older servers `transformFunction`. */
const toMappingView = ({
  id,
  ardoqField,
  azureDevOpsField,
  workItemType,
  transform,
}: MappingRow): FieldMapping => ({
  id,
  ardoqField,
  azureDevOpsField,
  workItemType,
  ...(transform === null ? {} : { transform, transformFunction: transform }),
});
