/** What indexing remembers between scans: stat stamps, the git history, issues. Written by features/indexing stores. */
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { IssueCode, IssueSeverity, IssueSource } from '../../../shared/issues.ts';
import { projects } from './projects.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
const ofProject = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** A cache that may be lost: what the file looked like when its bytes had this hash (DX8). */
export const fileStamps = pgTable(
  'file_stamps',
  {
    projectId: ofProject(),
    filePath: text('file_path').notNull(),
    hash: text().notNull(),
    size: bigint({ mode: 'number' }).notNull(),
    mtimeNs: bigint('mtime_ns', { mode: 'bigint' }).notNull(),
    ctimeNs: bigint('ctime_ns', { mode: 'bigint' }).notNull(),
    ino: bigint({ mode: 'bigint' }).notNull(),
    scannedAtNs: bigint('scanned_at_ns', { mode: 'bigint' }).notNull(),
    /** These bytes could not be indexed; what was indexed before stays. */
    failed: boolean().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.filePath] })],
);

/** The dates of every path, as read from the history up to `head` (GD4). */
export const gitHistories = pgTable('git_histories', {
  projectId: ofProject().primaryKey(),
  head: text(),
  state: text().notNull(),
  reason: text(),
  shallow: boolean().notNull(),
  indexedPaths: integer('indexed_paths').notNull().default(0),
  dirtyPaths: integer('dirty_paths').notNull().default(0),
  checkedAt: time('checked_at').notNull(),
  history: jsonb(),
});

/** One row for each path and code that was ever wrong; open until `resolvedAt`. */
export const issues = pgTable(
  'issues',
  {
    id: text().primaryKey(),
    projectId: ofProject(),
    filePath: text('file_path').notNull(),
    /** Who looks at the file: each settles its own issues only. */
    source: text().$type<IssueSource>().notNull().default('file'),
    code: text().$type<IssueCode>().notNull(),
    severity: text().$type<IssueSeverity>().notNull(),
    message: text().notNull(),
    line: integer(),
    column: integer(),
    offset: bigint({ mode: 'number' }),
    firstSeenAt: time('first_seen_at').notNull(),
    lastSeenAt: time('last_seen_at').notNull(),
    resolvedAt: time('resolved_at'),
  },
  (table) => [
    index('issues_path').on(table.projectId, table.filePath),
    index('issues_open').on(table.projectId, table.resolvedAt),
  ],
);

/** Which operation recorded which issue (OP33). */
export const operationIssues = pgTable(
  'operation_issues',
  {
    operationId: text('operation_id').notNull(),
    issueId: text('issue_id')
      .notNull()
      .references(() => issues.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.operationId, table.issueId] })],
);
