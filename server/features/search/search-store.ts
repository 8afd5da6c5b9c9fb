/** Rows of search: the only writer of its tables. */
import { sql } from 'drizzle-orm';
import { makePgArray } from 'drizzle-orm/pg-core/utils/array';
import type { ProjectId } from '../../../shared/ids.ts';
import type { SearchKind } from '../../../shared/views/search.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Db, Queryable, Transaction } from '../../db/open.ts';
import { toBatches } from './batches.ts';
import { indexVersion, toFactLines, toIdWords, type EntryVectors, type Searchable } from './entry.ts';

export interface NewEntry {
  readonly thing: Searchable;
  readonly vectors: EntryVectors;
  readonly digest: string;
}

/** So much is sent in one statement; a huge text takes several. */
const mostUnits = 4_000_000;

/** Replaces the entries of these things; their words with them. */
export async function saveEntries(
  tx: Transaction,
  projectId: ProjectId,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = await tx.execute<{ id: string; kind: SearchKind; entity_id: string; is_new: boolean }>(sql`
    insert into search_entries (project_id, kind, entity_id, document_id, doc_id, type, title, status, owner, epic,
      file_path, ref_id, owned, about, facts, text, digest, head)
    select ${projectId}, kind, entity_id, document_id, doc_id, type, title, status, owner, epic,
      file_path, ref_id, owned, about, facts, text, digest, head
    from json_to_recordset(${JSON.stringify(entries.map(toRecord))}::json) as given (
      kind text, entity_id text, document_id text, doc_id text, type text, title text, status text, owner text,
      epic text, file_path text, ref_id text, owned text[], about text[], facts text, text text, digest text,
      head tsvector)
    on conflict (project_id, kind, entity_id) do update set document_id = excluded.document_id,
      doc_id = excluded.doc_id, type = excluded.type, title = excluded.title, status = excluded.status,
      owner = excluded.owner, epic = excluded.epic, file_path = excluded.file_path, ref_id = excluded.ref_id,
      owned = excluded.owned, about = excluded.about, facts = excluded.facts, text = excluded.text,
      digest = excluded.digest, head = excluded.head
    returning id, kind, entity_id, xmax = 0 as is_new`);
  const former = rows.filter((row) => !row.is_new).map((row) => row.id);
  if (former.length > 0) {
    await tx.execute(sql`
      delete from search_parts where entry_id = any(${makePgArray(former)}::bigint[])`);
  }
  const ids = new Map(rows.map((row) => [keyOf(row.kind, row.entity_id), row.id]));
  const parts = entries.flatMap(({ thing, vectors }) => {
    const id = ids.get(keyOf(thing.kind, thing.entityId));
    return vectors.parts.map((words, part) => ({ id, part, words }));
  });
  for (const some of toBatches(parts, mostUnits, ({ words }) => words.length)) {
    await tx.execute(sql`
      insert into search_parts (entry_id, part, words)
      select id, part, words from json_to_recordset(${JSON.stringify(some)}::json)
        as given (id bigint, part int, words tsvector)`);
  }
}

const keyOf = (kind: SearchKind, entityId: string): string => `${kind}\0${entityId}`;

function toRecord({ thing, vectors, digest }: NewEntry) {
  const { kind, entityId, docId, type, title, status, owner, epic, filePath, refId, subjectId, text } = thing;
  const isDocument = kind === 'document';
  return {
    kind,
    entity_id: entityId,
    document_id: isDocument ? entityId : null,
    doc_id: docId,
    type,
    title,
    status,
    owner,
    epic,
    file_path: filePath,
    ref_id: refId,
    owned: toIdWords([refId, ...thing.aliases]),
    about: toIdWords([subjectId]),
    facts: toFactLines(thing.facts).join('\n'),
    text: isDocument ? null : text,
    digest,
    head: vectors.head,
  };
}

export async function removeEntries(
  tx: Transaction,
  projectId: ProjectId,
  kind: SearchKind,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`
    delete from search_entries where project_id = ${projectId} and kind = ${kind}
      and entity_id = ${anyOf(ids)}`);
}

/** Digests of what is indexed, by id; null for all of the kind. */
export async function loadDigests(
  queryable: Queryable,
  projectId: ProjectId,
  kind: SearchKind,
  ids: readonly string[] | null,
): Promise<Map<string, string>> {
  const wanted = ids === null ? sql`` : sql`and entity_id = ${anyOf(ids)}`;
  const rows = await queryable.execute<{ id: string; digest: string }>(sql`
    select entity_id as id, digest from search_entries
    where project_id = ${projectId} and kind = ${kind} ${wanted}`);
  return new Map(rows.map(({ id, digest }) => [id, digest]));
}

/** Null when nothing is indexed yet, or by other rules than these. */
export async function readFilledFrom(queryable: Queryable, projectId: ProjectId): Promise<string | null> {
  const [row] = await queryable.execute<{ derived_from: string }>(sql`
    select derived_from from search_state where project_id = ${projectId}`);
  const [version, ...source] = row?.derived_from.split(' ') ?? [];
  return version === `${indexVersion}` ? source.join(' ') : null;
}

export async function noteFilledFrom(tx: Transaction, projectId: ProjectId, source: string): Promise<void> {
  await tx.execute(sql`
    insert into search_state (project_id, derived_from) values (${projectId}, ${`${indexVersion} ${source}`})
    on conflict (project_id) do update set derived_from = excluded.derived_from
    where search_state.derived_from <> excluded.derived_from`);
}

/** Waiting entries of the index would be read one by one at every search. */
export async function settleIndex(db: Db): Promise<void> {
  await db.execute(sql`select gin_clean_pending_list('search_parts_words')`);
}
