/** `/api/links/audit/reviews`: what people say about links holds at once, and for good (AU5, AU6). */
import { eq } from 'drizzle-orm';
import {
  defaultFloors,
  listLinkReviews,
  removeLinkReview,
  reviewLink,
  type ReviewRequest,
} from '../../../shared/api/link-audit.ts';
import type { EventDraft } from '../../../shared/events/index.ts';
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp, type ProjectId } from '../../../shared/ids.ts';
import type { Verdict } from '../../../shared/views/link-audit.ts';
import type { Emit } from '../../core/journal.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { projects } from '../../db/tables/projects.ts';
import { serveRead, serveWrite, type HttpKit, type WriteContext } from '../../http/serve-route.ts';
import type { Clock } from '../../platform/clock.ts';
import { hasLink, loadAuditedLinks, type Pair } from './audit/load-links.ts';
import type { MeantProject, RequireProject } from './require-project.ts';
import { decodePlace, encodePlace } from './reviews-cursor.ts';
import {
  findReview,
  findReviewById,
  listReviews,
  lockReviews,
  removeReview,
  saveReview,
  type PlacedReview,
} from './reviews-store.ts';
import { listDefaultReasons, toLinkReview, toPairKey, type ReviewRow } from './reviews.ts';

/** A port: whoever writes links makes them agree with what was said, in the same transaction. */
export interface ReviewedLinks {
  /**
   * Dismissed: nothing changes. Pinned: the link stands, at 0.9 at least. Unlinked: it goes. Null: as if nothing had
   * been said. The row of the review is written, or gone, by then.
   */
  applyReview(tx: Transaction, emit: Emit, projectId: ProjectId, pair: ReviewedPair): Promise<void>;
  /** Does the session speak for the feature, though no link says so? */
  hasEvidence(tx: Transaction, projectId: ProjectId, pair: Pair): Promise<boolean>;
}

export interface ReviewedPair extends Pair {
  readonly verdict: Verdict | null;
}

export interface LinkReviewsOptions {
  readonly clock: Clock;
  readonly requireProject: RequireProject;
  readonly links: ReviewedLinks;
}

export function mountLinkReviews(kit: HttpKit, { clock, requireProject, links }: LinkReviewsOptions): void {
  serveWrite(kit, reviewLink, async ({ query, body }, { actor }) => {
    const { value, isFirst } = await kit.journal.transact(async (tx, emit) => {
      const project = await requireProject(tx, query.project, body.project);
      await lockReviews(tx, project.id);
      const { former, ...written } = await writeReview(tx, { project, body, actor, at: clock.now(), links });
      const { featureId, sessionId, verdict } = written.row;
      await links.applyReview(tx, emit, project.id, { featureId, sessionId, verdict });
      emit(toEvent(project, written.row, verdict));
      return { value: toLinkReview(written.row, written.reasons), isFirst: former === undefined };
    });
    return { status: isFirst ? 201 : 200, value: { status: 'ok' as const, review: value } };
  });

  serveRead(kit, listLinkReviews, async ({ query }, { tx }) => {
    const { id: projectId } = await requireProject(tx, query.project);
    const { limit, cursor } = query;
    const after = decodePlace(cursor, projectId);
    const found = await listReviews(tx, projectId, { limit: limit + 1, after });
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return {
      status: 'ok' as const,
      count: rows.length,
      items: await toLinkReviews(tx, projectId, rows),
      nextCursor:
        found.length > limit && last !== undefined
          ? encodePlace({ createdAt: toTimestamp(last.createdAt), id: last.id, projectId })
          : null,
    };
  });

  serveWrite(kit, removeLinkReview, async ({ params, query }) => {
    await kit.journal.transact(async (tx, emit) => {
      const named = isNamed(query.project) ? await requireProject(tx, query.project) : undefined;
      const found = await findReviewById(tx, params.reviewId);
      if (found === undefined || (named !== undefined && named.id !== found.projectId)) {
        throw reviewNotFound(params.reviewId);
      }
      await takeBack(tx, emit, found, links);
    });
    return { value: undefined };
  });
}

const isNamed = (project: string | undefined): boolean => project !== undefined && project !== '';

const reviewNotFound = (id: string) => new AppError('NOT_FOUND', `Review ${id} not found`);

interface ReviewToWrite {
  readonly project: MeantProject;
  readonly body: ReviewRequest;
  readonly actor: WriteContext['actor'];
  readonly at: Date;
  readonly links: ReviewedLinks;
}

async function writeReview(tx: Transaction, { project, body, actor, at, links }: ReviewToWrite) {
  const { id: projectId } = project;
  const pair = { featureId: body.feature_id, sessionId: body.session_id };
  const former = await findReview(tx, projectId, pair);
  const [link] = await loadAuditedLinks(tx, projectId, { pairs: [pair] }, defaultFloors);
  const isKnown =
    former !== undefined ||
    link !== undefined ||
    (await hasLink(tx, projectId, pair)) ||
    (await links.hasEvidence(tx, projectId, pair));
  if (!isKnown) throw new AppError('NOT_FOUND', 'Link not found');
  // A pair that was unlinked has no link to judge: what was wrong with it then is all that is known.
  const reasons = link === undefined ? (former?.reasonsAtReview ?? []) : listDefaultReasons(link);
  const { verdict, note } = body;
  const review = { ...pair, verdict, note: note ?? null, actor, createdAt: at, reasonsAtReview: reasons };
  return { row: await saveReview(tx, projectId, review), reasons, former };
}

async function takeBack(tx: Transaction, emit: Emit, row: PlacedReview, links: ReviewedLinks): Promise<void> {
  const project = await findProject(tx, row.projectId);
  if (project === undefined) throw reviewNotFound(row.id);
  await lockReviews(tx, project.id);
  // Somebody else may have taken it back, or replaced it, while this request waited for its turn.
  if (!(await removeReview(tx, row.id))) throw reviewNotFound(row.id);
  const { featureId, sessionId } = row;
  await links.applyReview(tx, emit, project.id, { featureId, sessionId, verdict: null });
  emit(toEvent(project, row, null));
}

async function findProject(tx: Transaction, projectId: string): Promise<MeantProject | undefined> {
  const [row] = await tx.select({ slug: projects.slug }).from(projects).where(eq(projects.id, projectId));
  return row && { id: projectId as ProjectId, slug: row.slug };
}

async function toLinkReviews(queryable: Queryable, projectId: string, rows: readonly ReviewRow[]) {
  const found = await loadAuditedLinks(queryable, projectId, { pairs: rows }, defaultFloors);
  const links = new Map(found.map((link) => [toPairKey(link), link]));
  return rows.map((row) => toLinkReview(row, listDefaultReasons(links.get(toPairKey(row)))));
}

const toEvent = (project: MeantProject, row: ReviewRow, verdict: Verdict | null): EventDraft => ({
  type: 'link:reviewed',
  projectId: project.id,
  operationId: null,
  topic: [`project:${project.slug}`],
  data: { reviewId: row.id, featureId: row.featureId, sessionId: row.sessionId, verdict },
});
