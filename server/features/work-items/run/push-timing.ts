/** How long a push waits for what (RC4, RC8, AZ20). */
import { setTimeout } from 'node:timers/promises';
import type { PushTiming } from './push-parts.ts';

export const pushTiming: PushTiming = {
  lookUpWaitsMs: [1000, 3000, 9000],
  databasePatienceMs: 5 * 60_000,
  databaseRetryMs: 250,
  databaseRetryMostMs: 5000,
  retryBudgetMs: 5 * 60_000,
  wait: async (ms, signal) => await setTimeout(ms, undefined, signal === undefined ? {} : { signal }),
};
