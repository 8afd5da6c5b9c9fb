/** Makes links agree with a review in the transaction that writes it (AU5, AU6). */
import { eq } from 'drizzle-orm';
import type { Transaction } from '../../db/open.ts';
import { decidedLinks } from '../../db/tables/links.ts';
import { projects } from '../../db/tables/projects.ts';
import { toEntity, toLinkId, type LinkKey } from './link.ts';
import { announce } from './manual-links.ts';
import { redecide } from './redecide.ts';
import type { ReviewedLinks } from './reviews-routes.ts';

interface Pair {
  readonly featureId: string;
  readonly sessionId: string;
}

const toKey = ({ featureId, sessionId }: Pair): LinkKey => ({
  source: toEntity('feature', featureId),
  target: toEntity('session', sessionId),
  linkType: 'related',
});

export const reviewedLinks: ReviewedLinks = {
  async applyReview(tx, emit, projectId, { verdict, ...pair }) {
    const lasting = verdict === 'dismissed' ? null : verdict;
    const change = await redecide(tx, projectId, toKey(pair), (manual) =>
      manual === null && lasting === null ? null : { manual, verdict: lasting },
    );
    const [project] = await tx
      .select({ slug: projects.slug })
      .from(projects)
      .where(eq(projects.id, projectId));
    if (project !== undefined) await announce(tx, emit, { id: projectId, slug: project.slug }, change);
  },

  /** Only of a pair that was unlinked is there evidence without a link. */
  async hasEvidence(tx: Transaction, projectId, pair) {
    const rows = await tx
      .select({ id: decidedLinks.id })
      .from(decidedLinks)
      .where(eq(decidedLinks.id, toLinkId(projectId, toKey(pair))));
    return rows.length > 0;
  },
};
