/** `/api/v1/projects/{slug}/features` and `/tasks` (DR1). */
import { z } from 'zod';
import { FeatureDetail, FeatureItem, PlanTask } from '../views/plan.ts';
import { defineRoute } from './define.ts';
import { CleanText, decimal, filter, flag } from './params.ts';
import { SlugParams } from './projects.ts';

const paging = { limit: decimal(1, 500).default(100), cursor: filter() };

const toCursorPage = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), total: z.number().int(), next_cursor: z.string().nullable() });

export const listFeatures = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/features',
  summary: 'Features of a project, by id',
  role: 'viewer',
  params: SlugParams,
  query: z.object({
    ...paging,
    status: filter(),
    readiness: filter(),
    category: filter(),
    /** Part of the id or of the name, in any case. */
    q: filter(),
  }),
  answer: toCursorPage(FeatureItem),
  status: 200,
});

export const readFeature = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/features/:id',
  summary: 'One feature with its phases, tasks, documents, sessions, relations and dates',
  role: 'viewer',
  params: SlugParams.extend({ id: CleanText }),
  /** Sessions that hardly have to do with it are hidden unless asked for (LK11). */
  query: z.object({ weak: flag().optional() }),
  answer: FeatureDetail,
  status: 200,
});

export const listTasks = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/tasks',
  summary: 'Tasks of a project, in the order of their sources',
  role: 'viewer',
  params: SlugParams,
  query: z.object({
    ...paging,
    status: filter(),
    feature: filter(),
    phase: filter(),
    /** Path of the document that lists them. */
    source: filter(),
  }),
  answer: toCursorPage(PlanTask),
  status: 200,
});
