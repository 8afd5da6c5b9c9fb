/** What stands above, below, before and after a document by its own fields (DC15). */
import { sql, type SQL } from 'drizzle-orm';
import { AppError } from '../../../shared/failure.ts';
import type { RelatedDocuments, RelatedItem } from '../../../shared/views/document.ts';
import type { Queryable } from '../../db/open.ts';
import { findPaths, type DocumentName } from './document-detail.ts';
import { byTypeAndId } from './document-query.ts';
import { findOwners, type OwnerRow } from './ownership.ts';

interface Subject extends Record<string, unknown> {
  readonly id: string;
  readonly doc_id: string;
  readonly type: string;
  readonly title: string;
  readonly ref_id: string | null;
  readonly epic: string | null;
  readonly story: string | null;
  readonly depends_on: readonly string[];
}

type Found = RelatedItem & { readonly id: string };

export async function readRelations(
  queryable: Queryable,
  projectId: string,
  name: DocumentName,
): Promise<RelatedDocuments> {
  const subject = await readSubject(queryable, projectId, name);
  const { doc_id, type, title } = subject;
  const find = (ids: readonly string[]) => findOwners(queryable, projectId, ids);
  const others = (documents: readonly Found[]) => toItems(documents, subject.id);
  return {
    doc_id,
    type,
    title,
    parents: others(await findParents(subject, find)),
    children: others(await listWhere(queryable, projectId, toChildCondition(subject))),
    depends_on: others(await findPrerequisites(subject, find)),
    dependents: others(await listWhere(queryable, projectId, toDependentCondition(subject))),
  };
}

async function readSubject(queryable: Queryable, projectId: string, name: DocumentName): Promise<Subject> {
  const found = await findPaths(queryable, projectId, name);
  const [subject] =
    found === undefined
      ? []
      : await queryable.execute<Subject>(sql`
          select id, doc_id, type, title, ref_id, epic, story, depends_on from documents
          where project_id = ${projectId} and file_path = ${found.path}`);
  if (subject === undefined)
    throw new AppError('NOT_FOUND', `Document not found: ${name.type}/${name.docId}`);
  return subject;
}

type Find = (ids: readonly string[]) => Promise<Map<string, OwnerRow[]>>;

/** Nearest first. A story that does not exist ends the chain; one that names no epic leaves it to the document. */
async function findParents(subject: Subject, find: Find): Promise<OwnerRow[]> {
  const storyId = exceptOwn(subject.story, subject);
  const story = storyId === null ? undefined : (await find([storyId])).get(storyId)?.[0];
  if (storyId !== null && story === undefined) return [];
  const epicId = exceptOwn(story?.epic ?? subject.epic, subject);
  const epic = epicId === null ? undefined : (await find([epicId])).get(epicId)?.[0];
  return [story, epic].filter((parent) => parent !== undefined);
}

async function findPrerequisites(subject: Subject, find: Find): Promise<OwnerRow[]> {
  const ids = subject.depends_on.filter((id) => id !== subject.ref_id);
  const owners = await find(ids);
  return ids.map((id) => owners.get(id)?.[0]).filter((owner) => owner !== undefined);
}

function exceptOwn(id: string | null, { ref_id }: Subject): string | null {
  return id === ref_id ? null : id;
}

function toChildCondition({ type, ref_id }: Subject): SQL | null {
  if (ref_id === null) return null;
  if (type === 'epic') return sql`d.epic = ${ref_id} and d.story is null and ${isNoRival(ref_id)}`;
  return type === 'story' ? sql`d.story = ${ref_id} and ${isNoRival(ref_id)}` : null;
}

function toDependentCondition({ ref_id }: Subject): SQL | null {
  if (ref_id === null) return null;
  return sql`d.depends_on <> '{}' and ${ref_id} = any(d.depends_on) and ${isNoRival(ref_id)}`;
}

/** Another file that owns the same id is no other document. */
function isNoRival(refId: string): SQL {
  return sql`d.ref_id is distinct from ${refId}`;
}

async function listWhere(queryable: Queryable, projectId: string, condition: SQL | null): Promise<Found[]> {
  if (condition === null) return [];
  return await queryable.execute<Found & Record<string, unknown>>(sql`
    select d.id, d.doc_id, d.type, d.title, d.status, d.file_path from documents d
    where d.project_id = ${projectId} and ${condition}
    order by ${byTypeAndId}`);
}

/** Neither the document itself nor anything twice. */
function toItems(documents: readonly Found[], ownId: string): RelatedItem[] {
  const unique = new Map(documents.map((document) => [document.id, document]));
  unique.delete(ownId);
  return Array.from(unique.values(), ({ doc_id, type, title, status, file_path }) => ({
    doc_id,
    type,
    title,
    status,
    file_path,
  }));
}
