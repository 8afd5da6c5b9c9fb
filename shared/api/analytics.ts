/** `/api/v1/projects/{slug}/analytics`: how a project's totals went over time (SU6). */
import { z } from 'zod';
import { AnalyticsSnapshot } from '../views/analytics.ts';
import { defineRoute } from './define.ts';
import { decimal } from './params.ts';
import { SlugParams } from './projects.ts';

export const listAnalytics = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/analytics',
  summary: 'Totals of a project after each of its last operations, newest first',
  role: 'viewer',
  params: SlugParams,
  query: z.object({ limit: decimal(1, 500).default(100) }),
  answer: z.object({ items: z.array(AnalyticsSnapshot) }),
  status: 200,
});
