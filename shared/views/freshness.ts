/** Whether the index holds what was saved, and since when that is proven. */
import { z } from 'zod';
import { EventId, Timestamp } from '../ids.ts';
import { WatchState } from './status.ts';

/** `sentinel`: a file went the way of every save. `walk`: the disk was compared with the index. */
export const FreshnessProof = z.enum(['sentinel', 'walk']);
export type FreshnessProof = z.infer<typeof FreshnessProof>;

/** `GET /api/v1/projects/{slug}/freshness`. */
export const Freshness = z.object({
  /** Everything saved before the request is in the index, and told by the events up to `head`. */
  fresh: z.boolean(),
  /** The newest moment for which that is proven: of this request when fresh, of an earlier one otherwise. */
  as_of: Timestamp.nullable(),
  /** Whoever has followed the events up to here shows everything saved before `as_of`. */
  head: EventId.nullable(),
  proof: FreshnessProof.nullable(),
  /** Why it is not fresh. */
  reason: z.string().nullable(),
  waited_ms: z.number().int().nonnegative(),
  /** Changes that were seen and are not in the index yet. */
  pending: z.number().int().nonnegative(),
  watch: WatchState,
});
export type Freshness = z.infer<typeof Freshness>;
