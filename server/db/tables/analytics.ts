/** A project's totals as they stood after an operation (SU6). Written by features/analytics/capture; kept as operations are. */
import { index, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { ProjectTotals } from '../../../shared/views/analytics.ts';
import { operations } from './operations.ts';
import { projects } from './projects.ts';

export const analytics = pgTable(
  'analytics',
  {
    operationId: text('operation_id')
      .primaryKey()
      .references(() => operations.id, { onDelete: 'cascade' }),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    at: timestamp({ withTimezone: true, precision: 3, mode: 'date' }).notNull(),
    totals: jsonb().$type<ProjectTotals>().notNull(),
  },
  (table) => [index('analytics_project').on(table.projectId, table.at)],
);
