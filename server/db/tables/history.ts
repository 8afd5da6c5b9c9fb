/** What pushes came to, item by item, and what was done by whom. Written by features/history/{history,audit}-store. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  text,
  timestamp,
  unique,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';
import { ItemStatus, ItemType, PushOutcome, PushStatus } from '../../../shared/work-items.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
const count = (name: string) => integer(name).notNull().default(0);

export const syncStatus = pgEnum('sync_status', PushStatus.enum);
export const syncOutcome = pgEnum('sync_outcome', PushOutcome.enum);
export const itemType = pgEnum('item_type', ItemType.enum);
export const itemStatus = pgEnum('item_status', ItemStatus.enum);

export const syncHistory = pgTable(
  'sync_history',
  {
    /** Made by the program, time-ordered. */
    id: uuid().primaryKey(),
    sourceType: varchar('source_type', { length: 50 }).notNull(),
    targetType: varchar('target_type', { length: 50 }).notNull(),
    sourceConfigId: varchar('source_config_id', { length: 255 }),
    targetConfigId: varchar('target_config_id', { length: 255 }),
    projectName: varchar('project_name', { length: 255 }).notNull(),
    status: syncStatus().notNull().default('pending'),
    outcome: syncOutcome(),
    overwriteMode: boolean('overwrite_mode').notNull().default(false),
    totalItems: count('total_items'),
    itemsCreated: count('items_created'),
    itemsUpdated: count('items_updated'),
    itemsUnchanged: count('items_unchanged'),
    itemsFailed: count('items_failed'),
    itemsSkipped: count('items_skipped'),
    epicsCreated: count('epics_created'),
    epicsUpdated: count('epics_updated'),
    epicsUnchanged: count('epics_unchanged'),
    epicsFailed: count('epics_failed'),
    epicsSkipped: count('epics_skipped'),
    featuresCreated: count('features_created'),
    featuresUpdated: count('features_updated'),
    featuresUnchanged: count('features_unchanged'),
    featuresFailed: count('features_failed'),
    featuresSkipped: count('features_skipped'),
    userStoriesCreated: count('user_stories_created'),
    userStoriesUpdated: count('user_stories_updated'),
    userStoriesUnchanged: count('user_stories_unchanged'),
    userStoriesFailed: count('user_stories_failed'),
    userStoriesSkipped: count('user_stories_skipped'),
    deletionCount: count('deletion_count'),
    /** At acceptance, and set again when it leaves the queue: an older page needs a date. */
    startedAt: time('started_at'),
    completedAt: time('completed_at'),
    durationMs: bigint('duration_ms', { mode: 'number' }),
    errorMessage: text('error_message'),
    errorCode: text('error_code'),
    operationId: text('operation_id'),
    retryOf: uuid('retry_of'),
    planId: text('plan_id'),
    idempotencyKey: text('idempotency_key'),
    /** The authenticated user, if any. */
    userId: uuid('user_id'),
    createdAt: time('created_at').notNull().defaultNow(),
    updatedAt: time('updated_at').notNull().defaultNow(),
  },
  (table) => [
    index('sync_history_status').on(table.status),
    index('sync_history_created').on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('sync_history_source').on(table.sourceConfigId),
    index('sync_history_target').on(table.targetConfigId),
    index('sync_history_operation').on(table.operationId),
    index('sync_history_retry').on(table.retryOf),
    index('sync_history_open')
      .on(table.status)
      .where(sql`${table.status} in ('pending', 'in_progress')`),
    check(
      'sync_history_counts',
      sql`least(${table.totalItems}, ${table.itemsCreated}, ${table.itemsUpdated}, ${table.itemsUnchanged},
        ${table.itemsFailed}, ${table.itemsSkipped}, ${table.epicsCreated}, ${table.epicsUpdated},
        ${table.epicsUnchanged}, ${table.epicsFailed}, ${table.epicsSkipped}, ${table.featuresCreated},
        ${table.featuresUpdated}, ${table.featuresUnchanged}, ${table.featuresFailed}, ${table.featuresSkipped},
        ${table.userStoriesCreated}, ${table.userStoriesUpdated}, ${table.userStoriesUnchanged},
        ${table.userStoriesFailed}, ${table.userStoriesSkipped}, ${table.deletionCount}) >= 0`,
    ),
  ],
);

export const syncHistoryItems = pgTable(
  'sync_history_items',
  {
    id: uuid().primaryKey(),
    syncHistoryId: uuid('sync_history_id')
      .notNull()
      .references(() => syncHistory.id, { onDelete: 'cascade' }),
    /** The source id, whatever the source. */
    ardoqId: varchar('ardoq_id', { length: 255 }).notNull(),
    itemName: varchar('item_name', { length: 500 }).notNull(),
    itemType: itemType('item_type').notNull(),
    status: itemStatus().notNull(),
    azureDevOpsId: integer('azure_devops_id'),
    azureDevOpsUrl: text('azure_devops_url'),
    errorMessage: text('error_message'),
    errorCode: text('error_code'),
    parentArdoqId: varchar('parent_ardoq_id', { length: 255 }),
    changedFields: jsonb('changed_fields').$type<readonly string[]>(),
    changedByUser: jsonb('changed_by_user').$type<Record<string, unknown>>(),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [
    unique('sync_history_items_once').on(table.syncHistoryId, table.ardoqId),
    index('sync_history_items_order').on(
      table.syncHistoryId,
      table.createdAt.desc().nullsFirst(),
      table.id.desc().nullsFirst(),
    ),
    index('sync_history_items_status').on(table.status),
    index('sync_history_items_type').on(table.itemType),
    index('sync_history_items_ardoq').on(table.ardoqId),
    index('sync_history_items_user').using('gin', table.changedByUser),
  ],
);

/** Append-only: a trigger refuses everything else (AL2, GU12). */
export const auditLogs = pgTable(
  'audit_logs',
  {
    id: uuid().primaryKey(),
    actionType: varchar('action_type', { length: 50 }).notNull(),
    entityType: varchar('entity_type', { length: 50 }).notNull(),
    /** Connections have ids that are no UUIDs. */
    entityId: text('entity_id').notNull(),
    userId: uuid('user_id'),
    sourceIp: varchar('source_ip', { length: 45 }),
    userAgent: text('user_agent'),
    details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    createdAt: time('created_at').notNull(),
    seq: bigint({ mode: 'number' }).notNull().unique('audit_logs_seq'),
    prevHash: text('prev_hash').notNull(),
    hash: text().notNull(),
  },
  (table) => [
    index('audit_logs_action').on(table.actionType),
    index('audit_logs_entity_type').on(table.entityType),
    index('audit_logs_entity_id').on(table.entityId),
    index('audit_logs_created').on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('audit_logs_user').on(table.userId),
  ],
);
