/** Who may ask besides the holder of SYNCLINE_TOKEN. Written by features/access/{token,ticket}-store. */
import { pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Rows stay when a token is revoked: what was done in its name is remembered, and so is whose name it was. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    id: uuid().primaryKey(),
    name: text().notNull(),
    role: text().notNull(),
    /** SHA-256 of the secret, in hex; the secret itself is nowhere. */
    digest: text().notNull().unique('access_tokens_digest'),
    createdAt: time('created_at').notNull(),
    createdBy: text('created_by').notNull(),
    expiresAt: time('expires_at'),
    lastUsedAt: time('last_used_at'),
    revokedAt: time('revoked_at'),
  },
  (table) => [uniqueIndex('access_tokens_name').on(sql`lower(${table.name})`)],
);

/** Deleted by whoever uses one, which is why two cannot. */
export const accessTickets = pgTable('access_tickets', {
  /** SHA-256 of the ticket, in hex. */
  digest: text().primaryKey(),
  /** Of the token it was given to: an id of `access_tokens`, or the name of SYNCLINE_TOKEN. */
  tokenId: text('token_id').notNull(),
  expiresAt: time('expires_at').notNull(),
});
