/** Links were made, changed or removed, and people said what they think of one. */
import { z } from 'zod';
import { defineEvent } from './define.ts';

const count = z.number().int().nonnegative();

export const LinksChanged = defineEvent(
  'links:changed',
  z.object({
    created: count,
    updated: count,
    removed: count,
    /** Links that stand now. */
    total: count,
  }),
);

export const LinkReviewed = defineEvent(
  'link:reviewed',
  z.object({
    reviewId: z.string(),
    featureId: z.string(),
    sessionId: z.string(),
    /** null: what was said has been taken back. */
    verdict: z.enum(['dismissed', 'pinned', 'unlinked']).nullable(),
  }),
);
