/** `/api/v1/stats` and `/api/v1/projects/{slug}/stats` (SA1 to SA3). */
import { ProjectStatistics, Statistics } from '../views/statistics.ts';
import { defineRoute } from './define.ts';
import { SlugParams } from './projects.ts';

export const readProjectStatistics = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/stats',
  summary: 'Documents of a project by type and status, and how many of its stories are done',
  role: 'viewer',
  params: SlugParams,
  answer: ProjectStatistics,
  status: 200,
});

export const readStatistics = defineRoute({
  method: 'GET',
  path: '/api/v1/stats',
  summary: 'Documents of all projects by type and status, and how many of their stories are done',
  role: 'viewer',
  answer: Statistics,
  status: 200,
});
