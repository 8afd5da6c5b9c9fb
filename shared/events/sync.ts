/** A full sync or a push seen as one thing: it started, and it ended once, well or badly. */
import { z } from 'zod';
import { SyncCounts } from '../views/project.ts';
import { defineEvent } from './define.ts';

export const SyncStarted = defineEvent(
  'sync:started',
  z.object({ slug: z.string(), kind: z.string(), trigger: z.string() }),
);

export const SyncComplete = defineEvent(
  'sync:complete',
  z.object({ slug: z.string(), kind: z.string(), counts: SyncCounts, durationMs: z.number() }),
);

export const SyncError = defineEvent(
  'sync:error',
  z.object({ slug: z.string(), kind: z.string(), error: z.string(), errorCode: z.string() }),
);
