/** Who holds what, until when, on the database's clock (SY5). Written by core/leases. */
import { pgTable, text, timestamp } from 'drizzle-orm/pg-core';

export const leases = pgTable('leases', {
  name: text().primaryKey(),
  /** Changes hands with every grant; a write that carries an old one is refused (SY7). */
  token: text().notNull(),
  owner: text().notNull(),
  operationId: text('operation_id'),
  expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3 }).notNull(),
});
