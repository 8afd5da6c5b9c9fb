/** Pushes: what exists in which target, the trees that are pushed, how each item ended, and plans. Written by features/work-items/run/*-store. */
import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { ItemStatus, ItemType, SourceTree } from '../../../shared/work-items.ts';

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** RC1: which work item each source item became in each target. */
export const workItemLedger = pgTable(
  'work_item_ledger',
  {
    sourceSystem: text('source_system').notNull(),
    /** The project's id for documents, else empty. */
    sourceScope: text('source_scope').notNull(),
    sourceId: text('source_id').notNull(),
    /** In lower case. */
    targetOrg: text('target_org').notNull(),
    /** GUID: a renamed project is the same. */
    targetProjectId: text('target_project_id').notNull(),
    workItemId: integer('work_item_id'),
    rev: integer(),
    workItemType: text('work_item_type').notNull(),
    parentSourceId: text('parent_source_id'),
    parentWorkItemId: integer('parent_work_item_id'),
    contentHash: text('content_hash').notNull(),
    fieldHashes: jsonb('field_hashes').$type<Readonly<Record<string, string>>>().notNull(),
    marker: text().notNull(),
    state: text().$type<'intent' | 'present' | 'deleted'>().notNull(),
    intentId: uuid('intent_id'),
    intentAt: instant('intent_at'),
    operationId: text('operation_id').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [
        table.targetOrg,
        table.targetProjectId,
        table.sourceSystem,
        table.sourceScope,
        table.sourceId,
      ],
    }),
    uniqueIndex('work_item_ledger_present')
      .on(table.targetOrg, table.workItemId)
      .where(sql`${table.state} = 'present'`),
    check('work_item_ledger_state', sql`${table.state} in ('intent', 'present', 'deleted')`),
    check(
      'work_item_ledger_present_has_id',
      sql`${table.state} <> 'present' or ${table.workItemId} is not null`,
    ),
  ],
);

/** A push as it was accepted, with its tree; kept for retries (PU21). */
export const pushJobs = pgTable(
  'push_jobs',
  {
    syncHistoryId: uuid('sync_history_id').primaryKey(),
    operationId: text('operation_id').notNull(),
    /** Null once it is forgotten. */
    tree: jsonb().$type<SourceTree>(),
    /** Source ids of what is to be pushed; null for the whole tree. */
    chosen: jsonb().$type<readonly string[]>(),
    totalItems: integer('total_items').notNull(),
    connectionId: text('connection_id').notNull(),
    projectName: text('project_name').notNull(),
    overwrite: jsonb().$type<{ readonly scope: 'owned' | 'project'; readonly destroy: boolean }>(),
    fieldMappingConfigId: text('field_mapping_config_id'),
    processTemplateName: text('process_template_name'),
    planId: text('plan_id'),
    retryOf: uuid('retry_of'),
    only: text().$type<'failed' | 'unfinished'>(),
    useBatch: jsonb('use_batch').$type<boolean>(),
    /** Confirmed deletions (PU33). */
    deleted: integer().notNull().default(0),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('push_jobs_operation').on(table.operationId),
    index('push_jobs_created').on(table.createdAt),
  ],
);

/** How each item of a push ended: counts, retries and what is left after a crash are computed from it. */
export const pushResults = pgTable(
  'push_results',
  {
    syncHistoryId: uuid('sync_history_id')
      .notNull()
      .references(() => pushJobs.syncHistoryId, { onDelete: 'cascade' }),
    sourceId: text('source_id').notNull(),
    type: text().$type<ItemType>().notNull(),
    status: text().$type<ItemStatus>().notNull(),
    workItemId: integer('work_item_id'),
    url: text(),
    code: text(),
    reason: text(),
  },
  (table) => [primaryKey({ columns: [table.syncHistoryId, table.sourceId] })],
);

/** Plans that may be applied (PL5). */
export const pushPlans = pgTable(
  'push_plans',
  {
    id: text().primaryKey(),
    connectionId: text('connection_id').notNull(),
    organization: text().notNull(),
    projectName: text('project_name').notNull(),
    targetProjectId: text('target_project_id').notNull(),
    /** What was asked for and what came of it, as `StoredPlan` has them. */
    request: jsonb().notNull(),
    plan: jsonb().notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    appliedAt: instant('applied_at'),
    appliedBy: uuid('applied_by'),
  },
  (table) => [index('push_plans_expires').on(table.expiresAt)],
);
