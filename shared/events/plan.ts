/** Features that came, changed or went with one operation, at most 500 of each an event. */
import { z } from 'zod';
import { defineEvent } from './define.ts';

export const FeatureRef = z.object({ id: z.string(), name: z.string(), status: z.string() });
export type FeatureRef = z.infer<typeof FeatureRef>;

const counts = z.object({
  added: z.number().int().nonnegative(),
  updated: z.number().int().nonnegative(),
  removed: z.number().int().nonnegative(),
});

export const FeaturesChanged = defineEvent(
  'features:changed',
  z.object({
    added: z.array(FeatureRef).max(500),
    updated: z.array(FeatureRef).max(500),
    removed: z.array(FeatureRef).max(500),
    /** Tasks that came, changed or went with the operation; in its first event only. */
    taskCounts: counts,
    featureCount: z.number().int().nonnegative(),
    taskCount: z.number().int().nonnegative(),
  }),
);
