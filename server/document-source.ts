/** The documents of a project as a source of work items: rows of one feature in the shape of another (PU40, PU41). */
import { eq } from 'drizzle-orm';
import type { DocumentFilter } from '../shared/api/pushes.ts';
import { AppError } from '../shared/failure.ts';
import type { OperationId, ProjectId } from '../shared/ids.ts';
import type { SourceTree } from '../shared/work-items.ts';
import type { Operations } from './core/operations.ts';
import type { Db } from './db/open.ts';
import { documents } from './db/tables/documents.ts';
import { toContent } from './features/documents/parse/parse-document.ts';
import { projectNotFound } from './features/projects/project-commands.ts';
import { findProjectBySlug } from './features/projects/project-store.ts';
import { toDocumentTree } from './features/sources/documents/document-tree.ts';
import type { SourceDocument } from './features/sources/documents/source-document.ts';
import { listPushedSourceIds } from './features/work-items/push/earlier-pushes.ts';

interface Parts {
  readonly db: Db;
  readonly operations: Operations;
}

interface DocumentSource {
  readonly tree: SourceTree;
  readonly project: { readonly id: ProjectId; readonly slug: string };
}

/** Waits for a sync that runs, so that what was saved is pushed. */
export async function readDocumentSource(
  { db, operations }: Parts,
  slug: string,
  filter: DocumentFilter | undefined,
  signal: AbortSignal,
): Promise<DocumentSource> {
  const before = await findProjectBySlug(db, slug);
  if (before === undefined) throw projectNotFound();
  if (before.syncStatus === 'syncing' && before.lastOperationId !== null) {
    await operations.settled(before.lastOperationId as OperationId, signal);
  }
  const row = (await findProjectBySlug(db, slug)) ?? before;
  if (row.lastSyncedAt === null) {
    throw new AppError('NOT_INDEXED', `The project ${slug} was never synced; sync it before it is pushed.`);
  }
  const id = row.id as ProjectId;
  const [all, pushedBefore] = await Promise.all([loadDocuments(db, id), listPushedSourceIds(db, id)]);
  return {
    tree: toDocumentTree(all, { projectId: id, filter, pushedBefore }),
    project: { id, slug: row.slug },
  };
}

async function loadDocuments(db: Db, projectId: ProjectId): Promise<SourceDocument[]> {
  const rows = await db
    .select({
      path: documents.filePath,
      refId: documents.refId,
      type: documents.type,
      title: documents.title,
      status: documents.status,
      canonicalStatus: documents.canonicalStatus,
      isArchived: documents.archived,
      owner: documents.owner,
      priority: documents.priority,
      storyPoints: documents.storyPoints,
      epic: documents.epic,
      body: documents.body,
      metadataValues: documents.metadataValues,
    })
    .from(documents)
    .where(eq(documents.projectId, projectId));
  return rows.map(({ body, ...row }) => ({ ...row, content: toContent(body) }));
}
