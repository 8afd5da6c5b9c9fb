/** First answers kept for 24 h under their Idempotency-Key (OP28). Written by http/idempotency. */
import { integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';

export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    scope: text().notNull(),
    key: text().notNull(),
    bodyHash: text('body_hash').notNull(),
    /** Null while the first request is still being answered. */
    status: integer(),
    headers: jsonb().$type<Record<string, string>>(),
    body: jsonb(),
    operationId: text('operation_id'),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.key] })],
);
