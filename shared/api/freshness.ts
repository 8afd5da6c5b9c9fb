/** `/api/v1/projects/{slug}/freshness`: is everything that was saved on this screen? */
import { z } from 'zod';
import { Freshness } from '../views/freshness.ts';
import { defineRoute } from './define.ts';
import { decimal } from './params.ts';
import { SlugParams } from './projects.ts';

export const readFreshness = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/freshness',
  summary: 'Proves that everything saved before the request is in the index, or says why it is not',
  role: 'viewer',
  params: SlugParams,
  /** Seconds to wait for the proof; 0 answers the newest there is. */
  query: z.object({ wait: decimal(0, 25).default(10) }),
  answer: Freshness,
  status: 200,
});
