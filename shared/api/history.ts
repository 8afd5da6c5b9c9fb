/** `/api/sync-history` and `/api/audit-logs`: what became of pushes, and what was done by whom (HI9, AL6). */
import { z } from 'zod';
import { AuditAction, AuditEntity } from '../audit.ts';
import {
  AuditRow,
  AuditStats,
  AuditVerdict,
  HistoryDiagnostics,
  SyncRecord,
  SyncRecordItem,
  SyncStats,
} from '../views/history.ts';
import { ItemStatus, ItemType, PushOutcome, PushStatus, SourceType } from '../work-items.ts';
import { defineRoute } from './define.ts';
import {
  enumFilter,
  isPeriod,
  pageQuery,
  periodQuery,
  RowId,
  succeeds,
  succeedsPaged,
  textFilter,
} from './envelope.ts';

/** Both write every match, streamed (HI11). */
export const fileFormats = ['csv', 'ndjson'] as const;
export type FileFormat = (typeof fileFormats)[number];

const format = { format: enumFilter(['json', ...fileFormats]) };
const alsoAs = ['text/csv', 'application/x-ndjson'] as const;
const period = { path: ['start_date'], message: 'must not be after end_date' };

/** The values of an enum that is never empty. */
const oneOf = <T extends string>({ options }: { readonly options: readonly T[] }) =>
  enumFilter(options as readonly [T, ...T[]]);

const optionalRowId = z.union([z.literal('').transform(() => undefined), RowId]).optional();

export const SyncHistoryQuery = z
  .object({
    ...pageQuery({ limit: 50, cap: 100 }),
    status: oneOf(PushStatus),
    outcome: oneOf(PushOutcome),
    source_type: oneOf(SourceType),
    target_type: enumFilter(['azure-devops']),
    ...periodQuery(),
    project_name: textFilter(),
    retry_of: optionalRowId,
    ...format,
  })
  .refine(isPeriod, period);
export type SyncHistoryQuery = z.output<typeof SyncHistoryQuery>;

export const listSyncHistory = defineRoute({
  method: 'GET',
  path: '/api/sync-history',
  summary: 'Pushes, newest first',
  role: 'viewer',
  query: SyncHistoryQuery,
  answer: succeedsPaged(SyncRecord),
  alsoAs,
  status: 200,
});

export const readSyncStats = defineRoute({
  method: 'GET',
  path: '/api/sync-history/stats',
  summary: 'What the pushes of a period came to',
  role: 'viewer',
  query: z.object(periodQuery()).refine(isPeriod, period),
  answer: succeeds(SyncStats),
  status: 200,
});

export const readHistoryDiagnostics = defineRoute({
  method: 'GET',
  path: '/api/sync-history/diagnostics',
  summary: 'Whether history and audit log are written',
  role: 'viewer',
  answer: z.object({ success: z.boolean(), data: HistoryDiagnostics, message: z.string() }),
  status: 200,
});

export const readSyncRecord = defineRoute({
  method: 'GET',
  path: '/api/sync-history/:id',
  summary: 'One push',
  role: 'viewer',
  params: z.object({ id: RowId }),
  answer: succeeds(SyncRecord),
  status: 200,
});

export const SyncItemsQuery = z.object({
  ...pageQuery({ limit: 100, cap: 500 }),
  status: oneOf(ItemStatus),
  item_type: oneOf(ItemType),
  ...format,
});
export type SyncItemsQuery = z.output<typeof SyncItemsQuery>;

export const listSyncItems = defineRoute({
  method: 'GET',
  path: '/api/sync-history/:id/items',
  summary: 'What became of each item of a push, newest first',
  role: 'viewer',
  params: z.object({ id: RowId }),
  query: SyncItemsQuery,
  answer: succeedsPaged(SyncRecordItem),
  alsoAs,
  status: 200,
});

export const AuditLogQuery = z
  .object({
    ...pageQuery({ limit: 50, cap: 100 }),
    action_type: oneOf(AuditAction),
    entity_type: oneOf(AuditEntity),
    entity_id: textFilter(),
    ...periodQuery(),
    ...format,
  })
  .refine(isPeriod, period);
export type AuditLogQuery = z.output<typeof AuditLogQuery>;

export const listAuditLogs = defineRoute({
  method: 'GET',
  path: '/api/audit-logs',
  summary: 'Acts, newest first',
  role: 'admin',
  query: AuditLogQuery,
  answer: succeedsPaged(AuditRow),
  alsoAs,
  status: 200,
});

export const readAuditStats = defineRoute({
  method: 'GET',
  path: '/api/audit-logs/stats',
  summary: 'How often what was done',
  role: 'admin',
  query: z.object(periodQuery()).refine(isPeriod, period),
  answer: succeeds(AuditStats),
  status: 200,
});

export const verifyAuditLogs = defineRoute({
  method: 'GET',
  path: '/api/audit-logs/verify',
  summary: 'Whether a row of the audit log was changed, added or taken away',
  role: 'admin',
  answer: succeeds(AuditVerdict),
  status: 200,
});
