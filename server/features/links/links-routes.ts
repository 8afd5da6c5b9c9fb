/** `/api/links`: lists, trees and explanations, links by hand, and what leads nowhere (AU1); `/edges` of one document (DR1). */
import {
  createLink,
  listLinks,
  listUnresolved,
  readEdges,
  readLink,
  readLinkTree,
  removeLink,
} from '../../../shared/api/links.ts';
import { AppError } from '../../../shared/failure.ts';
import type { ExplainedLink } from '../../../shared/views/link.ts';
import { eq } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/open.ts';
import { projects } from '../../db/tables/projects.ts';
import { serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { toEntityId } from './entities.ts';
import type { SessionFacts } from './evidence/session-facts.ts';
import { explainLink, listSignals } from './explain.ts';
import {
  findLink,
  listLinksOf,
  listUnresolvedReferences,
  readDocumentEdges,
  toLink,
  toMetadata,
  type StoredLinkRow,
} from './link-queries.ts';
import { findStoredLink, loadFeatureEvidence } from './link-store.ts';
import { linkNotFound, makeLink, takeLinkBack, toKey } from './manual-links.ts';
import type { MeantProject, RequireProject } from './require-project.ts';
import { findReview } from './reviews-store.ts';
import { decodeUnresolved, encodeUnresolved } from './unresolved-cursor.ts';

export interface LinksRoutesOptions {
  readonly requireProject: RequireProject;
  /** Throws `Project not found` for a slug that is none. */
  readonly findProject: (tx: Transaction, slug: string) => Promise<{ readonly id: string }>;
  readonly loadSession: (
    queryable: Queryable,
    projectId: string,
    id: string,
  ) => Promise<SessionFacts | undefined>;
}

/** After the routes of the audit: a fixed path is no id of a link. */
export function mountLinks(kit: HttpKit, options: LinksRoutesOptions): void {
  const { requireProject } = options;

  serveRead(kit, listUnresolved, async ({ query }, { tx }) => {
    const { id } = await requireProject(tx, query.project);
    const { limit, cursor } = query;
    const page = { limit: limit + 1, after: decodeUnresolved(cursor, id) };
    const found = await listUnresolvedReferences(tx, id, page);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    return {
      status: 'ok' as const,
      count: shown.length,
      items: shown.map(({ item }) => item),
      nextCursor: hasMore ? encodeUnresolved(last.place, id) : null,
    };
  });

  serveRead(kit, listLinks, async ({ params, query }, { tx }) => {
    const { id: projectId } = await requireProject(tx, query.project);
    const { type, id } = params;
    const { link_type: linkType, origin, min_confidence: minConfidence } = query;
    const entity = { type, id: await toEntityId(tx, projectId, type, id) };
    const rows = await listLinksOf(tx, projectId, entity, { linkType, origin, minConfidence });
    const items = rows.map(toLink);
    return { entityType: type, entityId: id, linkType: linkType ?? null, count: items.length, items };
  });

  serveRead(kit, readLinkTree, async ({ params, query }, { tx }) => {
    const { id: projectId } = await requireProject(tx, query.project);
    const { type, id } = params;
    const entityId = await toEntityId(tx, projectId, type, id);
    const links = (await listLinksOf(tx, projectId, { type, id: entityId })).map(toLink);
    const ofFamily = links.filter(({ linkType }) => linkType === 'child');
    const begins = (link: { sourceType: string; sourceId: string }) =>
      link.sourceType === type && link.sourceId === entityId;
    return {
      entityType: type,
      entityId: id,
      children: ofFamily.filter(begins).sort((one, other) => one.sortOrder - other.sortOrder),
      parents: ofFamily.filter((link) => !begins(link)),
      related: links.filter(({ linkType }) => linkType !== 'child'),
    };
  });

  serveRead(kit, readLink, async ({ params, query }, { tx }) => {
    const row = await requireLink(tx, params.linkId, query.project, requireProject);
    return await toExplained(tx, row, options);
  });

  serveWrite(kit, createLink, async ({ query, body }) => {
    const { id, isNew } = await kit.journal.transact(async (tx, emit) =>
      makeLink(tx, emit, await requireProject(tx, query.project, body.project), body),
    );
    return { status: isNew ? 201 : 200, value: { status: 'ok' as const, id } };
  });

  serveWrite(kit, removeLink, async ({ params, query }) => {
    await kit.journal.transact(async (tx, emit) => {
      const row = await requireLink(tx, params.linkId, query.project, requireProject);
      await takeLinkBack(tx, emit, await findProjectOf(tx, row), row.id);
    });
    return { value: undefined };
  });

  serveRead(kit, readEdges, async ({ params, query }, { tx }) => {
    const { id } = await options.findProject(tx, params.slug);
    const edges = await readDocumentEdges(tx, id, query.path);
    if (edges === undefined) throw new AppError('NOT_FOUND', 'Document not found');
    return edges;
  });
}

/** OP5: a link says itself which project it belongs to; another one that is named does not have it. */
async function requireLink(
  tx: Transaction,
  id: string,
  project: string | undefined,
  requireProject: RequireProject,
): Promise<StoredLinkRow> {
  const row = await findLink(tx, id);
  if (row === undefined) throw linkNotFound();
  const isNamed = project !== undefined && project !== '' && project !== '*';
  if (isNamed && (await requireProject(tx, project)).id !== row.projectId) throw linkNotFound();
  return row;
}

async function findProjectOf(tx: Transaction, { projectId }: StoredLinkRow): Promise<MeantProject> {
  const [row] = await tx.select({ slug: projects.slug }).from(projects).where(eq(projects.id, projectId));
  if (row === undefined) throw linkNotFound();
  return { id: projectId as MeantProject['id'], slug: row.slug };
}

async function toExplained(
  tx: Transaction,
  row: StoredLinkRow,
  { loadSession }: LinksRoutesOptions,
): Promise<ExplainedLink> {
  const { projectId, sourceType, sourceId, targetType, targetId, strategy } = row;
  const stored = await findStoredLink(tx, row.id, toKey(row));
  const isPair = sourceType === 'feature' && targetType === 'session';
  const review = isPair
    ? ((await findReview(tx, projectId, { featureId: sourceId, sessionId: targetId })) ?? null)
    : null;
  const metadata = toMetadata(row.metadata);
  const listed = Array.isArray(metadata['signals']) ? metadata['signals'].length : 0;
  const isCut = strategy === 'session_evidence' && Number(metadata['signalCount']) > listed;
  const session = isCut ? await loadSession(tx, projectId, targetId) : undefined;
  const evidence = isCut ? await loadFeatureEvidence(tx, projectId, sourceId) : undefined;
  const allSignals =
    session === undefined || evidence === undefined ? null : listSignals(session, sourceId, evidence);
  return {
    ...toLink(row),
    explanation: explainLink({ row, auto: stored.auto?.auto ?? null, review, allSignals }),
  };
}
