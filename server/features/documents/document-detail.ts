/** One document with everything that is known of it (DC13, DC14). */
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp, type DocumentId } from '../../../shared/ids.ts';
import type { IssueRecord } from '../../../shared/operations.ts';
import type { DocumentDetail } from '../../../shared/views/document.ts';
import type { Queryable } from '../../db/open.ts';
import { documents } from '../../db/tables/documents.ts';
import { issues } from '../../db/tables/indexing.ts';
import { toContent } from './parse/parse-document.ts';

/** What a person calls a document; several files may answer to it. */
export interface DocumentName {
  readonly type: string;
  readonly docId: string;
  /** Selects one of them; without it the first by code point. */
  readonly path: string | undefined;
}

export async function readDetail(
  queryable: Queryable,
  projectId: string,
  name: DocumentName,
  { withRaw }: { withRaw: boolean },
): Promise<DocumentDetail> {
  const found = await findPaths(queryable, projectId, name);
  if (found === undefined) throw new AppError('NOT_FOUND', 'Document not found');
  const [row] = await queryable
    .select()
    .from(documents)
    .where(and(eq(documents.projectId, projectId), eq(documents.filePath, found.path)));
  if (row === undefined) throw new AppError('NOT_FOUND', 'Document not found');
  return {
    ...toDetail(row),
    duplicates: found.others,
    issues: await listOpenIssues(queryable, projectId, found.path),
    ...(withRaw ? { raw: row.body } : {}),
  };
}

/** The file that a name selects, and the others of that type and stem in order. */
export async function findPaths(
  queryable: Queryable,
  projectId: string,
  { type, docId, path }: DocumentName,
): Promise<{ path: string; others: string[] } | undefined> {
  const rows = await queryable
    .select({ path: documents.filePath })
    .from(documents)
    .where(and(eq(documents.projectId, projectId), eq(documents.type, type), eq(documents.docId, docId)))
    .orderBy(asc(documents.filePath));
  const paths = rows.map((row) => row.path);
  const selected = path ?? paths[0];
  if (selected === undefined || !paths.includes(selected)) return undefined;
  return { path: selected, others: paths.filter((other) => other !== selected) };
}

function toDetail(row: typeof documents.$inferSelect): Omit<DocumentDetail, 'duplicates' | 'issues'> {
  return {
    doc_id: row.docId,
    type: row.type,
    title: row.title,
    status: row.status,
    owner: row.owner,
    priority: row.priority,
    story_points: row.storyPoints,
    epic: row.epic,
    story: row.story,
    metadata: row.metadata,
    content: toContent(row.body),
    file_path: row.filePath,
    file_hash: row.fileHash,
    synced_at: toTimestamp(row.syncedAt),
    id: row.id as DocumentId,
    ref_id: row.refId,
    aliases: row.aliases,
    depends_on: row.dependsOn,
    metadata_values: row.metadataValues,
    file_date: row.fileDate === null ? null : toTimestamp(row.fileDate),
    dates: row.dates,
    size_bytes: row.sizeBytes,
    archived: row.archived,
  };
}

async function listOpenIssues(queryable: Queryable, projectId: string, path: string): Promise<IssueRecord[]> {
  const rows = await queryable
    .select()
    .from(issues)
    .where(and(eq(issues.projectId, projectId), eq(issues.filePath, path), isNull(issues.resolvedAt)))
    .orderBy(sql`${issues.line} nulls first`, asc(issues.code), asc(issues.id));
  return rows.map(({ id, code, severity, message, line, column, offset, firstSeenAt, lastSeenAt }) => ({
    id,
    path,
    code,
    severity,
    message,
    line,
    column,
    offset,
    firstSeenAt: toTimestamp(firstSeenAt),
    lastSeenAt: toTimestamp(lastSeenAt),
    resolvedAt: null,
  }));
}
