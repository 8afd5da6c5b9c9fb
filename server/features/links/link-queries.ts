/** Stored links as they are shown (AU1, DR1). */
import { and, asc, desc, eq, gte, or, sql, type SQL } from 'drizzle-orm';
import { toTimestamp } from '../../../shared/ids.ts';
import type {
  DocumentEdge,
  DocumentEdges,
  Link,
  LinkOrigin,
  UnresolvedReference,
} from '../../../shared/views/link.ts';
import type { Queryable } from '../../db/open.ts';
import { links as linkTable, unresolvedReferences } from '../../db/tables/links.ts';
import type { EntityParts } from './link.ts';

export type StoredLinkRow = typeof linkTable.$inferSelect;

export interface LinkFilter {
  readonly linkType?: string | undefined;
  readonly origin?: LinkOrigin | undefined;
  readonly minConfidence?: number | undefined;
}

/** Both directions; the surest first. */
export async function listLinksOf(
  queryable: Queryable,
  projectId: string,
  { type, id }: EntityParts,
  { linkType, origin, minConfidence }: LinkFilter = {},
): Promise<readonly StoredLinkRow[]> {
  const isEnd = or(
    and(eq(linkTable.sourceType, type), eq(linkTable.sourceId, id)),
    and(eq(linkTable.targetType, type), eq(linkTable.targetId, id)),
  );
  return await queryable
    .select()
    .from(linkTable)
    .where(
      and(
        eq(linkTable.projectId, projectId),
        isEnd,
        linkType === undefined ? undefined : eq(linkTable.linkType, linkType),
        origin === undefined ? undefined : eq(linkTable.origin, origin),
        minConfidence === undefined ? undefined : gte(linkTable.confidence, minConfidence),
      ),
    )
    .orderBy(
      desc(linkTable.confidence),
      asc(linkTable.linkType),
      asc(linkTable.sortOrder),
      asc(linkTable.id),
    );
}

export async function findLink(queryable: Queryable, id: string): Promise<StoredLinkRow | undefined> {
  const [row] = await queryable.select().from(linkTable).where(eq(linkTable.id, id));
  return row;
}

/** Damaged rows are shown as far as they can be (AU11). */
export function toLink(row: StoredLinkRow): Link {
  const { id, sourceType, sourceId, targetType, targetId, linkType, origin } = row;
  const { depth, sortOrder, broken, createdAt, confidence } = row;
  return {
    id,
    sourceType,
    sourceId,
    targetType,
    targetId,
    linkType,
    origin,
    depth,
    sortOrder,
    broken,
    confidence: Number.isFinite(confidence) ? confidence : 0,
    createdAt: toTimestamp(createdAt),
    metadata: toMetadata(row.metadata),
  };
}

export function toMetadata(metadata: unknown): Record<string, unknown> {
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return isObject ? (metadata as Record<string, unknown>) : {};
}

export type UnresolvedPlace = readonly [path: string, documentId: string, position: string];

/** By the path of the document; `after` is where the last page ended. */
export async function listUnresolvedReferences(
  queryable: Queryable,
  projectId: string,
  { limit, after }: { readonly limit: number; readonly after: UnresolvedPlace | null },
): Promise<readonly { readonly item: UnresolvedReference; readonly place: UnresolvedPlace }[]> {
  const place = sql`(${unresolvedReferences.documentPath}, ${unresolvedReferences.documentId}, ${unresolvedReferences.position})`;
  const rows = await queryable
    .select()
    .from(unresolvedReferences)
    .where(
      and(
        eq(unresolvedReferences.projectId, projectId),
        after === null
          ? undefined
          : sql`${place} > (${after[0]}::text collate "C", ${after[1]}::text, ${Number(after[2])}::int)`,
      ),
    )
    .orderBy(
      asc(unresolvedReferences.documentPath),
      asc(unresolvedReferences.documentId),
      asc(unresolvedReferences.position),
    )
    .limit(limit);
  return rows.map(({ documentPath, documentId, position, key, value, reason, candidates }) => ({
    item: { documentPath, key, value, reason, candidates: [...candidates] },
    place: [documentPath, documentId, String(position)],
  }));
}

interface EdgeRow extends Record<string, unknown> {
  readonly linkId: string;
  readonly linkType: string;
  readonly origin: LinkOrigin;
  readonly confidence: number;
  readonly metadata: unknown;
  readonly id: string;
  readonly path: string;
  readonly docId: string;
  readonly type: string;
  readonly title: string;
}

/** Undefined when no document is there. */
export async function readDocumentEdges(
  queryable: Queryable,
  projectId: string,
  path: string,
): Promise<DocumentEdges | undefined> {
  const [document] = await queryable.execute<{ id: string }>(
    sql`select id from documents where project_id = ${projectId} and file_path = ${path}`,
  );
  if (document === undefined) return undefined;
  const [out, into] = [
    await listEdges(queryable, projectId, sql`l.source_id = ${document.id}`, sql`l.target_id`),
    await listEdges(queryable, projectId, sql`l.target_id = ${document.id}`, sql`l.source_id`),
  ];
  return { path, out: groupByType(out), in: groupByType(into) };
}

async function listEdges(
  queryable: Queryable,
  projectId: string,
  isHere: SQL,
  other: SQL,
): Promise<readonly EdgeRow[]> {
  return await queryable.execute<EdgeRow>(sql`
    select l.id as "linkId", l.link_type as "linkType", l.origin, l.confidence, l.metadata,
      d.id, d.file_path as path, d.doc_id as "docId", d.type, d.title
    from links l join documents d on d.id = ${other} and d.project_id = l.project_id
    where l.project_id = ${projectId} and l.source_type = 'document' and l.target_type = 'document' and ${isHere}
    order by l.link_type, l.sort_order, d.file_path`);
}

function groupByType(rows: readonly EdgeRow[]): Record<string, DocumentEdge[]> {
  const groups = new Map<string, DocumentEdge[]>();
  for (const { linkId, linkType, origin, confidence, metadata, ...document } of rows) {
    const edge = { linkId, linkType, origin, confidence, document, metadata: toMetadata(metadata) };
    const group = groups.get(linkType);
    if (group === undefined) groups.set(linkType, [edge]);
    else group.push(edge);
  }
  return Object.fromEntries(groups);
}
