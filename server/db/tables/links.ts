/** Links, what decisions keep out of them, and what leads nowhere. Written by features/links/link-store. */
import { sql } from 'drizzle-orm';
import {
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type { LinkOrigin, UnresolvedReason } from '../../../shared/views/link.ts';
import { projects } from './projects.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

const ofProject = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

export const links = pgTable(
  'links',
  {
    /** `LK-` and 32 hex digits of the key, which names the project too (LK1). */
    id: textC().primaryKey(),
    projectId: ofProject(),
    sourceType: text('source_type').notNull(),
    sourceId: textC('source_id').notNull(),
    targetType: text('target_type').notNull(),
    targetId: textC('target_id').notNull(),
    linkType: text('link_type').notNull(),
    origin: text().$type<LinkOrigin>().notNull(),
    strategy: text().notNull(),
    confidence: doublePrecision().notNull(),
    depth: integer().notNull().default(0),
    sortOrder: integer('sort_order').notNull().default(0),
    metadata: jsonb().notNull(),
    /** How evidence adds up to the confidence (LK24). */
    explanation: jsonb(),
    broken: boolean().notNull().default(false),
    /** Of all of the above: tells whether a row is another one. */
    digest: text().notNull().default(''),
    createdAt: time('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('links_source').on(table.projectId, table.sourceType, table.sourceId),
    index('links_target').on(table.projectId, table.targetType, table.targetId),
    index('links_manual')
      .on(table.projectId)
      .where(sql`${table.origin} = 'manual'`),
  ],
);

/** What is derived for a key that a person decided about, as it would stand without the decision. */
export const decidedLinks = pgTable('decided_links', {
  id: textC().primaryKey(),
  projectId: ofProject(),
  auto: jsonb().notNull(),
  autoDigest: text('auto_digest').notNull(),
});

export const unresolvedReferences = pgTable(
  'unresolved_references',
  {
    projectId: ofProject(),
    documentId: text('document_id').notNull(),
    /** Among those of the document. */
    position: integer().notNull(),
    documentPath: textC('document_path').notNull(),
    key: text().notNull(),
    value: text().notNull(),
    reason: text().$type<UnresolvedReason>().notNull(),
    candidates: jsonb().$type<readonly string[]>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.documentId, table.position] }),
    index('unresolved_references_order').on(table.projectId, table.documentPath, table.position),
  ],
);

/** What speaks for a feature (LK7): with it the signals of a session are told in full (LK24). */
export const featureEvidence = pgTable(
  'feature_evidence',
  {
    projectId: ofProject(),
    featureId: textC('feature_id').notNull(),
    paths: jsonb().$type<readonly string[]>().notNull(),
    aliases: jsonb().$type<readonly string[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.featureId] })],
);

/** LK22 */
export const linkState = pgTable('link_state', {
  projectId: ofProject().primaryKey(),
  logicVersion: text('logic_version'),
  lastRebuildAt: time('last_rebuild_at'),
  trigger: text(),
  reason: text(),
  linksTotal: integer('links_total').notNull().default(0),
  /** Sources that changed and are not linked yet. */
  pending: integer().notNull().default(0),
  derivedFrom: text('derived_from'),
});
