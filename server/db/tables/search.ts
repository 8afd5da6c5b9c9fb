/** What search knows of each thing, and its words. Written by features/search/search-store. */
import {
  bigint,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { documents } from './documents.ts';
import { projects } from './projects.ts';

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

export const searchEntries = pgTable(
  'search_entries',
  {
    id: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    projectId: text('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    kind: text().$type<'document' | 'session' | 'feature' | 'task'>().notNull(),
    entityId: textC('entity_id').notNull(),
    /** Of a document: its entry goes with it, in the same commit (SR9). */
    documentId: text('document_id').references(() => documents.id, { onDelete: 'cascade' }),
    docId: textC('doc_id').notNull(),
    type: textC().notNull(),
    title: text().notNull(),
    status: textC(),
    owner: text(),
    epic: text(),
    filePath: textC('file_path'),
    refId: text('ref_id'),
    /** The ids it owns and the ids it is about, each as one word (SR7). */
    owned: text().array().notNull(),
    about: text().array().notNull(),
    /** Lines `key: value` that are searched besides the text. */
    facts: text().notNull(),
    /** Names, headings and facts by weight: small enough to rank every hit by. */
    head: tsvector().notNull(),
    /** What is searched of things that are no documents; those have their text in their own table. */
    text: text(),
    /** Of everything the entry is made of: an equal one is not written again. */
    digest: text().notNull(),
  },
  (table) => [
    uniqueIndex('search_entries_entity').on(table.projectId, table.kind, table.entityId),
    index('search_entries_document').on(table.documentId),
  ],
);

/** Long texts are indexed in parts: a vector holds 16,383 positions and 1 MB (SR5). */
export const searchParts = pgTable(
  'search_parts',
  {
    entryId: bigint('entry_id', { mode: 'number' })
      .notNull()
      .references(() => searchEntries.id, { onDelete: 'cascade' }),
    part: integer().notNull(),
    words: tsvector().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.entryId, table.part] }),
    index('search_parts_words').using('gin', table.words),
  ],
);

/** Which state of the sources a project's entries belong to. */
export const searchState = pgTable('search_state', {
  projectId: text('project_id')
    .primaryKey()
    .references(() => projects.id, { onDelete: 'cascade' }),
  derivedFrom: text('derived_from').notNull(),
});
