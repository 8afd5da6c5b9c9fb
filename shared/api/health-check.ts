/** `/api/v1/projects/{slug}/health-check` (HC1). */
import { z } from 'zod';
import { HealthCheck } from '../views/health-check.ts';
import { defineRoute } from './define.ts';
import { anyOf, CleanText, decimal } from './params.ts';
import { SlugParams } from './projects.ts';

export const checkHealth = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/health-check',
  summary: 'What is missing, contradictory or stale among the documents of a project, with a score',
  role: 'viewer',
  params: SlugParams,
  query: z.object({
    /** These and `limit` narrow the findings, never the score; an unknown value finds nothing. */
    severity: anyOf(CleanText),
    rule: anyOf(CleanText),
    limit: decimal(1, 1_000_000).optional(),
  }),
  answer: HealthCheck,
  status: 200,
});
