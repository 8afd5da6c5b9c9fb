/** Rules from source fields to target fields: people's own by project, and one set a process (FM4). Written by features/work-items/mapping/mapping-store. */
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { ItemType } from '../../../shared/work-items.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

export const fieldMappingConfigs = pgTable(
  'field_mapping_configs',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    projectId: text('project_id').notNull(),
    projectName: text('project_name'),
    description: text(),
    processTemplateName: text('process_template_name'),
    isDefault: boolean('is_default').notNull().default(false),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('field_mapping_configs_name').on(table.projectId, table.name),
    uniqueIndex('field_mapping_configs_default')
      .on(table.projectId)
      .where(sql`${table.isDefault}`),
  ],
);

export const fieldMappingTemplates = pgTable(
  'field_mapping_templates',
  {
    id: text().primaryKey(),
    processTemplateName: text('process_template_name').notNull(),
    /** AZ16: the same in every organisation. */
    processTypeId: text('process_type_id').notNull(),
    description: text(),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('field_mapping_templates_process').on(table.processTemplateName)],
);

export const fieldMappings = pgTable(
  'field_mappings',
  {
    id: text().primaryKey(),
    configId: text('config_id').references(() => fieldMappingConfigs.id, { onDelete: 'cascade' }),
    templateId: text('template_id').references(() => fieldMappingTemplates.id, { onDelete: 'cascade' }),
    /** Place in its owner's list: values are merged in this order (FM7). */
    position: integer().notNull(),
    ardoqField: text('ardoq_field').notNull(),
    azureDevOpsField: text('azure_devops_field').notNull(),
    workItemType: text('work_item_type').$type<ItemType>().notNull(),
    transform: text(),
  },
  (table) => [
    check('field_mappings_owner', sql`num_nonnulls(${table.configId}, ${table.templateId}) = 1`),
    check('field_mappings_type', sql`${table.workItemType} in ('epic', 'feature', 'user_story')`),
    uniqueIndex('field_mappings_of_config')
      .on(table.configId, table.workItemType, table.ardoqField)
      .where(sql`${table.configId} is not null`),
    uniqueIndex('field_mappings_of_template')
      .on(table.templateId, table.workItemType, table.ardoqField)
      .where(sql`${table.templateId} is not null`),
    index('field_mappings_config').on(table.configId, table.position),
    index('field_mappings_template').on(table.templateId, table.position),
  ],
);
