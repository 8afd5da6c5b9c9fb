/** The journal: every event in the order it became durable, and the one row that hands out `seq`. Written by core/journal. */
import { bigint, index, jsonb, pgTable, smallint, text, timestamp } from 'drizzle-orm/pg-core';

export const journal = pgTable(
  'journal',
  {
    seq: bigint({ mode: 'number' }).primaryKey(),
    type: text().notNull(),
    at: timestamp({ withTimezone: true, precision: 3 }).notNull(),
    projectId: text('project_id'),
    operationId: text('operation_id'),
    topic: text().array().notNull(),
    data: jsonb().notNull(),
    traceparent: text(),
  },
  (table) => [index('journal_operation').on(table.operationId, table.seq), index('journal_at').on(table.at)],
);

/** Locked by every append until its commit: the order of `seq` is the order of visibility (EV4). */
export const journalState = pgTable('journal_state', {
  id: smallint().primaryKey(),
  epoch: text().notNull(),
  head: bigint({ mode: 'number' }).notNull(),
});
