/** Reviews by project and pair: the only writer of their table. */
import { randomBytes } from 'node:crypto';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/open.ts';
import { linkReviews } from '../../db/tables/link-reviews.ts';
import type { Pair } from './audit/load-links.ts';
import type { ReviewRow } from './reviews.ts';

/**
 * Whoever writes links by what reviews say takes this first of all locks, and holds it until the commit: so no
 * verdict falls between the reading of the reviews and the writing of the links.
 */
export async function lockReviews(tx: Transaction, projectId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('link_reviews'), hashtext(${projectId}))`);
}

/** In a fixed order, so that equal reviews are equal lists. */
export async function loadReviews(queryable: Queryable, projectId: string): Promise<readonly ReviewRow[]> {
  return await queryable
    .select()
    .from(linkReviews)
    .where(eq(linkReviews.projectId, projectId))
    .orderBy(linkReviews.featureId, linkReviews.sessionId);
}

export interface ReviewPage {
  readonly limit: number;
  /** Where the last page ended. */
  readonly after: { readonly createdAt: string; readonly id: string } | null;
}

/** Newest first. */
export async function listReviews(
  queryable: Queryable,
  projectId: string,
  { limit, after }: ReviewPage,
): Promise<readonly ReviewRow[]> {
  const isLater =
    after === null
      ? undefined
      : sql`(${linkReviews.createdAt}, ${linkReviews.id}) < (${after.createdAt}::timestamptz, ${after.id})`;
  return await queryable
    .select()
    .from(linkReviews)
    .where(and(eq(linkReviews.projectId, projectId), isLater))
    .orderBy(desc(linkReviews.createdAt), desc(linkReviews.id))
    .limit(limit);
}

export async function findReview(
  queryable: Queryable,
  projectId: string,
  { featureId, sessionId }: Pair,
): Promise<ReviewRow | undefined> {
  const [row] = await queryable
    .select()
    .from(linkReviews)
    .where(
      and(
        eq(linkReviews.projectId, projectId),
        eq(linkReviews.featureId, featureId),
        eq(linkReviews.sessionId, sessionId),
      ),
    );
  return row;
}

/** A new verdict takes the place of the pair's former one: it is a review of its own, with an id of its own. */
export async function saveReview(
  tx: Transaction,
  projectId: string,
  review: Omit<ReviewRow, 'id'>,
): Promise<ReviewRow> {
  const row = { ...review, projectId, id: `LR-${randomBytes(16).toString('hex')}` };
  const { featureId: _feature, sessionId: _session, ...changes } = row;
  await tx
    .insert(linkReviews)
    .values(row)
    .onConflictDoUpdate({
      target: [linkReviews.projectId, linkReviews.featureId, linkReviews.sessionId],
      set: changes,
    });
  return row;
}

export interface PlacedReview extends ReviewRow {
  readonly projectId: string;
}

export async function findReviewById(queryable: Queryable, id: string): Promise<PlacedReview | undefined> {
  const [row] = await queryable.select().from(linkReviews).where(eq(linkReviews.id, id));
  return row;
}

export async function removeReview(tx: Transaction, id: string): Promise<boolean> {
  const removed = await tx
    .delete(linkReviews)
    .where(eq(linkReviews.id, id))
    .returning({ id: linkReviews.id });
  return removed.length > 0;
}
