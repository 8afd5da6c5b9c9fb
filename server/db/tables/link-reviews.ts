/** What people said about links; keyed by the pair, so that it outlives every rebuild (AU6). Written by features/links/reviews-store. */
import { customType, index, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Actor } from '../../../shared/operations.ts';
import type { Verdict } from '../../../shared/views/link-audit.ts';
import { projects } from './projects.ts';

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

export const linkReviews = pgTable(
  'link_reviews',
  {
    id: textC().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    featureId: textC('feature_id').notNull(),
    sessionId: textC('session_id').notNull(),
    verdict: text().$type<Verdict>().notNull(),
    note: text(),
    actor: jsonb().$type<Actor>().notNull(),
    createdAt: timestamp('created_at', { withTimezone: true, precision: 3, mode: 'date' }).notNull(),
    reasonsAtReview: jsonb('reasons_at_review').$type<readonly string[]>().notNull(),
  },
  (table) => [
    uniqueIndex('link_reviews_pair').on(table.projectId, table.featureId, table.sessionId),
    index('link_reviews_order').on(table.projectId, table.createdAt, table.id),
  ],
);
