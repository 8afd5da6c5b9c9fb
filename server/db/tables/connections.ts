/** Connections to Ardoq and Azure DevOps, secrets sealed (CN6). Written by features/connections/connection-store. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { ConnectionKind, PushSettings } from '../../../shared/views/connection.ts';

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

export const connections = pgTable(
  'connections',
  {
    id: textC().primaryKey(),
    kind: text().$type<ConnectionKind>().notNull(),
    name: text().notNull(),
    apiHost: text('api_host').notNull(),
    /** The label of Ardoq, the organisation of Azure DevOps. */
    organization: text(),
    /** `v1.<key id>.<nonce>.<tag>.<ciphertext>`, bound to the id of this row. */
    secret: text().notNull(),
    /** A keyed digest of the token: tells whether two are equal, and nothing else. */
    tokenFingerprint: text('token_fingerprint').notNull(),
    /** Null where nothing is pushed to. */
    settings: jsonb().$type<PushSettings>(),
    isActive: boolean('is_active').notNull(),
    isTested: boolean('is_tested').notNull(),
    testPassed: boolean('test_passed').notNull(),
    testError: text('test_error'),
    /** Goes up with every change of what a client is opened with: a verdict on older credentials is no verdict. */
    revision: integer().notNull(),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('connections_one_active')
      .on(table.kind)
      .where(sql`${table.isActive}`),
    uniqueIndex('connections_token_name').on(table.kind, table.tokenFingerprint, table.name),
    index('connections_newest').on(table.kind, table.createdAt, table.id),
  ],
);
