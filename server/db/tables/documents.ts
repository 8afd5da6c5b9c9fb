/** Documents with what was read from them; `body` is the decoded file. Written by features/documents/document-store. */
import {
  bigint,
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
import type { DocumentDates } from '../../../shared/views/document.ts';
import { projects } from './projects.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** Text that sorts by code point whatever the database's locale (DC12). */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

export const documents = pgTable(
  'documents',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    filePath: textC('file_path').notNull(),
    entry: text().notNull(),
    docId: textC('doc_id').notNull(),
    type: textC().notNull(),
    subtype: text(),
    category: text(),
    refId: text('ref_id'),
    subjectId: text('subject_id'),
    title: textC().notNull(),
    rawStatus: text('raw_status'),
    status: textC(),
    canonicalStatus: text('canonical_status'),
    owner: text(),
    priority: text(),
    storyPoints: integer('story_points'),
    epic: text(),
    story: text(),
    dependsOn: text('depends_on').array().notNull(),
    aliases: text().array().notNull(),
    metadata: jsonb().$type<Record<string, string>>(),
    metadataValues: jsonb('metadata_values').$type<Record<string, string[]>>().notNull(),
    frontMatter: jsonb('front_matter').$type<Record<string, unknown>>(),
    declaredDates: jsonb('declared_dates').$type<Record<string, string | null>>().notNull(),
    /** Ids and links that fields and text name (LK15, LK16). */
    textReferences: jsonb('text_references').notNull().default({ header: [], mentions: [] }),
    archived: boolean().notNull(),
    body: text().notNull(),
    contentLength: integer('content_length').notNull(),
    fileHash: text('file_hash').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    mtimeMs: bigint('mtime_ms', { mode: 'number' }).notNull(),
    dates: jsonb().$type<DocumentDates>().notNull(),
    fileDate: time('file_date'),
    parserVersion: integer('parser_version').notNull(),
    syncedAt: time('synced_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('documents_path').on(table.projectId, table.filePath),
    index('documents_stem').on(table.projectId, table.type, table.docId),
    index('documents_ref').on(table.projectId, table.refId),
    index('documents_epic').on(table.projectId, table.epic),
    index('documents_story').on(table.projectId, table.story),
    index('documents_updated').on(table.projectId, table.updatedAt),
  ],
);

/** Ids of documents that went, kept 30 days for the path that comes back (DX11). */
export const formerDocuments = pgTable(
  'former_documents',
  {
    id: text().primaryKey(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    filePath: text('file_path').notNull(),
    removedAt: time('removed_at').notNull(),
  },
  (table) => [index('former_documents_path').on(table.projectId, table.filePath)],
);
