/** Operations and their phases. Written by core/operation-store. */
import { index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { Actor, Counters, OperationStatus, Progress } from '../../../shared/operations.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

export const operations = pgTable(
  'operations',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    /** Operations of one lane run one after another; its name is `project:<id>` for work on one project's index. */
    lane: text().notNull(),
    projectId: text('project_id'),
    projectSlug: text('project_slug'),
    trigger: text().notNull(),
    actor: jsonb().$type<Actor>().notNull(),
    status: text().$type<OperationStatus>().notNull(),
    phase: text().notNull(),
    message: text().notNull(),
    progress: jsonb().$type<Progress>().notNull(),
    counters: jsonb().$type<Counters>().notNull(),
    stats: jsonb().$type<Record<string, unknown>>().notNull(),
    metadata: jsonb().$type<Record<string, unknown>>().notNull(),
    /** What the work needs to run, also after a restart; never shown. */
    options: jsonb().$type<Record<string, unknown>>().notNull(),
    queuedAt: time('queued_at').notNull(),
    startedAt: time('started_at'),
    updatedAt: time('updated_at').notNull(),
    finishedAt: time('finished_at'),
    durationMs: integer('duration_ms').notNull().default(0),
    error: text(),
    errorCode: text('error_code'),
    attempt: integer().notNull().default(1),
    retryOf: text('retry_of'),
    coalescedInto: text('coalesced_into'),
    cancelRequestedAt: time('cancel_requested_at'),
    notBefore: time('not_before'),
    etaMs: integer('eta_ms'),
    issues: integer().notNull().default(0),
  },
  (table) => [
    index('operations_lane').on(table.lane, table.status, table.id),
    index('operations_project').on(table.projectId, table.id),
    index('operations_status').on(table.status, table.id),
  ],
);

export const operationPhases = pgTable(
  'operation_phases',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => operations.id, { onDelete: 'cascade' }),
    position: integer().notNull(),
    name: text().notNull(),
    startedAt: time('started_at').notNull(),
    finishedAt: time('finished_at'),
    durationMs: integer('duration_ms').notNull(),
    progress: jsonb().$type<Progress>().notNull(),
    counters: jsonb().$type<Counters>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.operationId, table.position] })],
);
