/** What became of pushes, and the audit log, as ArchBridge's clients read them: snake_case, nothing where there is nothing (HI2, PU1). */
import { z } from 'zod';
import { AuditAction, AuditEntity } from '../audit.ts';
import { Timestamp } from '../ids.ts';
import { ItemStatus, ItemType, PushOutcome, PushStatus } from '../work-items.ts';

const figure = z.number().int().nonnegative();

/** Names of counters: `items_created`, `epics_failed` … */
export const counterGroups = ['items', 'epics', 'features', 'user_stories'] as const;
export type CounterGroup = (typeof counterGroups)[number];
export type CounterColumn = `${CounterGroup}_${ItemStatus}`;

export const counterColumns: readonly CounterColumn[] = counterGroups.flatMap((group) =>
  ItemStatus.options.map((status) => `${group}_${status}` as const),
);

const counters = Object.fromEntries(counterColumns.map((column) => [column, figure])) as Record<
  CounterColumn,
  typeof figure
>;

export const SyncRecord = z.object({
  id: z.string(),
  source_type: z.string(),
  target_type: z.string(),
  source_config_id: z.string().optional(),
  target_config_id: z.string().optional(),
  project_name: z.string(),
  status: PushStatus,
  outcome: PushOutcome.optional(),
  overwrite_mode: z.boolean(),
  total_items: figure,
  ...counters,
  deletion_count: figure,
  started_at: Timestamp.optional(),
  completed_at: Timestamp.optional(),
  duration_ms: figure.optional(),
  error_message: z.string().optional(),
  error_code: z.string().optional(),
  operation_id: z.string().optional(),
  retry_of: z.string().optional(),
  plan_id: z.string().optional(),
  idempotency_key: z.string().optional(),
  user_id: z.string().optional(),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type SyncRecord = z.infer<typeof SyncRecord>;

export const SyncRecordItem = z.object({
  id: z.string(),
  sync_history_id: z.string(),
  ardoq_id: z.string(),
  item_name: z.string(),
  item_type: ItemType,
  status: ItemStatus,
  azure_devops_id: z.number().int().optional(),
  azure_devops_url: z.string().optional(),
  error_message: z.string().optional(),
  error_code: z.string().optional(),
  parent_ardoq_id: z.string().optional(),
  changed_fields: z.array(z.string()).optional(),
  changed_by_user: z.record(z.string(), z.unknown()).optional(),
  created_at: Timestamp,
});
export type SyncRecordItem = z.infer<typeof SyncRecordItem>;

export const SyncStats = z.object({
  total_syncs: figure,
  completed_syncs: figure,
  failed_syncs: figure,
  cancelled_syncs: figure,
  partial_syncs: figure,
  /** Of all, in percent. */
  success_rate: z.number().min(0).max(100),
  average_duration_ms: figure,
  total_items_created: figure,
  total_items_failed: figure,
  total_items_updated: figure,
  total_items_unchanged: figure,
  total_items_skipped: figure,
});
export type SyncStats = z.infer<typeof SyncStats>;

export const AuditRow = z.object({
  id: z.string(),
  action_type: AuditAction,
  entity_type: AuditEntity,
  entity_id: z.string(),
  user_id: z.string().optional(),
  source_ip: z.string().optional(),
  user_agent: z.string().optional(),
  details: z.record(z.string(), z.unknown()),
  created_at: Timestamp,
  seq: z.number().int().positive(),
  prev_hash: z.string(),
  hash: z.string(),
});
export type AuditRow = z.infer<typeof AuditRow>;

export const AuditStats = z.object({
  total_events: figure,
  events_today: figure,
  /** Midnight in UTC. */
  events_today_since: Timestamp,
  action_type_counts: z.partialRecord(AuditAction, figure),
});
export type AuditStats = z.infer<typeof AuditStats>;

/** GU12 */
export const AuditVerdict = z.object({
  intact: z.boolean(),
  rows: figure,
  last_seq: figure,
  /** The first thing that is wrong. */
  fault: z.object({ seq: figure, reason: z.string() }).optional(),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

const TableHealth = z.object({
  exists: z.boolean(),
  accessible: z.boolean(),
  error: z.string().nullable(),
  count: figure.optional(),
});

const StorageHealth = z.object({
  working: z.boolean(),
  error: z.string().nullable(),
  /** Rows that wait in memory. */
  buffered: figure,
});
export type StorageHealth = z.infer<typeof StorageHealth>;

export const HistoryDiagnostics = z.object({
  timestamp: Timestamp,
  database: z.object({
    connected: z.boolean(),
    tables: z.object({ sync_history: TableHealth, sync_history_items: TableHealth, audit_logs: TableHealth }),
  }),
  services: z.object({ syncHistoryStorage: StorageHealth, auditLogStorage: StorageHealth }),
});
export type HistoryDiagnostics = z.infer<typeof HistoryDiagnostics>;
