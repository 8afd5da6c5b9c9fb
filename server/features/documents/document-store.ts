/** Rows of documents: the only writer of their tables. */
import { and, asc, count, eq, gt, sql, type SQL } from 'drizzle-orm';
import type { DocumentRef } from '../../../shared/events/document.ts';
import type { DocumentId } from '../../../shared/ids.ts';
import type { DocumentDates } from '../../../shared/views/document.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { documents as documentTable } from '../../db/tables/documents.ts';
import { createDocumentId } from './document-id.ts';
import {
  attendantColumns,
  derivedColumns,
  keyColumns,
  toRecord,
  type NewDocument,
} from './document-record.ts';
import type { CanonicalStatus } from './parse/status-tables.ts';

export interface UpsertedDocuments {
  readonly added: readonly DocumentRef[];
  readonly updated: readonly (DocumentRef & { readonly movedFrom: string | null })[];
}

/** Writes a batch of at most some hundreds. A row that comes out equal is not written and not returned (OP26). */
export async function upsertDocuments(
  tx: Transaction,
  projectId: string,
  documents: readonly NewDocument[],
): Promise<UpsertedDocuments> {
  if (documents.length === 0) return { added: [], updated: [] };
  const movedIds = await moveRows(tx, projectId, documents);
  const written = await writeRows(tx, projectId, documents);
  const added: DocumentRef[] = [];
  const updated: (DocumentRef & { movedFrom: string | null })[] = [];
  for (const document of documents) {
    const { filePath, movedFrom } = document;
    const row = written.get(filePath);
    const movedId = movedIds.get(filePath);
    if (movedId !== undefined) updated.push({ ...toRef(movedId, document), movedFrom });
    else if (row?.is_new === true) added.push(toRef(row.id, document));
    else if (row?.is_changed === true) updated.push({ ...toRef(row.id, document), movedFrom: null });
  }
  return { added, updated };
}

const toRef = (id: string, { filePath, type, docId, title }: NewDocument): DocumentRef => ({
  id: id as DocumentId,
  path: filePath,
  type,
  docId,
  title,
});

/** DX11: gives rows their new path. A path that is indexed already keeps its own row. */
async function moveRows(
  tx: Transaction,
  projectId: string,
  documents: readonly NewDocument[],
): Promise<Map<string, string>> {
  const moves = documents.filter(({ movedFrom }) => movedFrom !== null);
  if (moves.length === 0) return new Map();
  const pairs = JSON.stringify(moves.map(({ filePath, movedFrom }) => ({ from: movedFrom, to: filePath })));
  const rows = await tx.execute<{ id: string; file_path: string }>(sql`
    update documents d set file_path = move."to", updated_at = now()
    from json_to_recordset(${pairs}::json) as move ("from" text, "to" text)
    where d.project_id = ${projectId} and d.file_path = move."from" and not exists (
      select from documents held where held.project_id = ${projectId} and held.file_path = move."to"
    )
    returning d.id, d.file_path`);
  return new Map(rows.map((row) => [row.file_path, row.id]));
}

interface WrittenRow extends Record<string, unknown> {
  readonly id: string;
  readonly file_path: string;
  readonly is_new: boolean;
  readonly is_changed: boolean;
}

async function writeRows(
  tx: Transaction,
  projectId: string,
  documents: readonly NewDocument[],
): Promise<Map<string, WrittenRow>> {
  const records = JSON.stringify(documents.map((document) => toRecord(createDocumentId(), document)));
  const bodies = documents.map((document) => document.text);
  const rows = await tx.execute<WrittenRow>(sql`
    with incoming as (
      select * from rows from (
        json_to_recordset(${records}::json) as (${recordset}), unnest(${sql.param(bodies)}::text[])
      ) as incoming (${incomingColumns})
    ), former as (
      select distinct on (file_path) file_path, id from former_documents
      where project_id = ${projectId} and removed_at > now() - interval '30 days'
        and file_path in (select file_path from incoming)
      order by file_path, removed_at desc
    ), written as (
      insert into documents (${storedColumns}, project_id, synced_at, updated_at)
      select coalesce(former.id, incoming.id), ${incomingValues}, ${projectId}, now(), now()
      from incoming left join former using (file_path)
      on conflict (project_id, file_path) do update set ${assignments}, synced_at = now(),
        updated_at = case when ${isChanged} then now() else documents.updated_at end
      where ${isChanged} or documents.parser_version <> excluded.parser_version
      returning id, file_path, xmax = 0 as is_new, updated_at = now()::timestamptz(3) as is_changed
    ), returned as (
      delete from former_documents where id in (select id from written where is_new)
    )
    select * from written`);
  return new Map(rows.map((row) => [row.file_path, row]));
}

const list = (names: readonly string[], toText: (name: string) => string): SQL =>
  sql.raw(names.map(toText).join(', '));

const sent = { ...keyColumns, ...derivedColumns, ...attendantColumns };
const sentNames = Object.keys(sent);
const recordset = list(
  Object.entries(sent).map(([name, type]) => `${name} ${type}`),
  (column) => column,
);
const incomingColumns = list([...sentNames, 'body'], (name) => name);
const storedColumns = incomingColumns;
const incomingValues = list([...sentNames.slice(1), 'body'], (name) => `incoming.${name}`);
const assignments = list(
  [...Object.keys(derivedColumns), ...Object.keys(attendantColumns), 'body'],
  (name) => `${name} = excluded.${name}`,
);
const isChanged = sql`(${list(Object.keys(derivedColumns), (name) => `documents.${name}`)})
  is distinct from (${list(Object.keys(derivedColumns), (name) => `excluded.${name}`)})`;

/** Removes rows and remembers their ids for 30 days (DX11). */
export async function removeDocuments(
  tx: Transaction,
  projectId: string,
  paths: readonly string[],
): Promise<DocumentRef[]> {
  if (paths.length === 0) return [];
  const rows = await tx.execute<{
    id: string;
    path: string;
    type: string;
    doc_id: string;
    title: string;
  }>(sql`
    with gone as (
      delete from documents
      where project_id = ${projectId} and file_path = ${anyOf(paths)}
      returning id, file_path, type, doc_id, title
    ), remembered as (
      insert into former_documents (id, project_id, file_path, removed_at)
      select id, ${projectId}, file_path, now() from gone
    ), forgotten as (
      delete from former_documents where project_id = ${projectId} and removed_at <= now() - interval '30 days'
    )
    select id, file_path as path, type, doc_id, title from gone order by file_path`);
  return rows.map(({ id, path, type, doc_id, title }) => ({
    id: id as DocumentId,
    path,
    type,
    docId: doc_id,
    title,
  }));
}

export interface DateChange {
  readonly filePath: string;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
}

/** How many rows had other dates; only those are written (GD5). */
export async function updateDates(
  tx: Transaction,
  projectId: string,
  changes: readonly DateChange[],
): Promise<number> {
  let written = 0;
  for (let from = 0; from < changes.length; from += 2000) {
    const result = await tx.execute(sql`
      update documents d set dates = change.dates, file_date = change."fileDate", updated_at = now()
      from json_to_recordset(${JSON.stringify(changes.slice(from, from + 2000))}::json)
        as change ("filePath" text, dates jsonb, "fileDate" timestamptz(3))
      where d.project_id = ${projectId} and d.file_path = change."filePath"
        and (d.dates, d.file_date) is distinct from (change.dates, change."fileDate")`);
    written += result.count;
  }
  return written;
}

export interface IndexedDocument {
  readonly id: DocumentId;
  readonly filePath: string;
  readonly entry: string;
  readonly fileHash: string;
  readonly type: string;
  readonly docId: string;
  readonly title: string;
  readonly declaredDates: Record<string, string | null>;
  readonly declaredIn: 'frontmatter' | 'header';
  readonly canonicalStatus: CanonicalStatus | null;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
  readonly mtimeMs: number;
  readonly parserVersion: number;
}

const indexedColumns = {
  id: documentTable.id,
  filePath: documentTable.filePath,
  entry: documentTable.entry,
  fileHash: documentTable.fileHash,
  type: documentTable.type,
  docId: documentTable.docId,
  title: documentTable.title,
  declaredDates: documentTable.declaredDates,
  declaredIn: sql<string>`case when ${documentTable.frontMatter} is null then 'header' else 'frontmatter' end`,
  canonicalStatus: documentTable.canonicalStatus,
  dates: documentTable.dates,
  fileDate: documentTable.fileDate,
  mtimeMs: documentTable.mtimeMs,
  parserVersion: documentTable.parserVersion,
};

const loadSize = 2000;

/** What a sync compares with, by path. Read in pages, so that the event loop is never held for long (DX13). */
export async function loadIndexed(queryable: Queryable, projectId: string): Promise<IndexedDocument[]> {
  const loaded: IndexedDocument[] = [];
  for (let after = ''; ; after = loaded.at(-1)?.filePath ?? '') {
    const page = await queryable
      .select(indexedColumns)
      .from(documentTable)
      .where(and(eq(documentTable.projectId, projectId), gt(documentTable.filePath, after)))
      .orderBy(asc(documentTable.filePath))
      .limit(loadSize);
    loaded.push(...(page as IndexedDocument[]));
    if (page.length < loadSize) return loaded;
  }
}

export async function countDocuments(queryable: Queryable, projectId: string): Promise<number> {
  const [row] = await queryable
    .select({ count: count() })
    .from(documentTable)
    .where(eq(documentTable.projectId, projectId));
  return row?.count ?? 0;
}
