/** What the watcher of one project sees, and how well it can see. */
import { z } from 'zod';
import { WatchState } from '../views/status.ts';
import { defineEvent } from './define.ts';

const stateOnly = z.object({ state: WatchState });

export const WatchReady = defineEvent('watch:ready', stateOnly.extend({ watchPaths: z.array(z.string()) }));
export const WatchBatch = defineEvent(
  'watch:batch',
  z.object({
    added: z.number().int(),
    modified: z.number().int(),
    deleted: z.number().int(),
    paths: z.array(z.string()).max(20),
  }),
);
export const WatchDegraded = defineEvent(
  'watch:degraded',
  stateOnly.extend({ reason: z.string(), remedy: z.string().nullable() }),
);
export const WatchRecovered = defineEvent('watch:recovered', stateOnly);
export const ReconcileCompleted = defineEvent(
  'reconcile:completed',
  z.object({
    reason: z.string(),
    walked: z.number().int(),
    repaired: z.number().int(),
    durationMs: z.number(),
  }),
);
