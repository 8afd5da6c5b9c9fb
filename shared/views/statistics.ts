/** How far the documents of a project are, and of all projects together (SA1, SA2). */
import { z } from 'zod';
import { Slug, Timestamp } from '../ids.ts';

/** By type or status; documents without a status count under `null`. */
const Figures = z.record(z.string(), z.number().int());

export const Completion = z.object({ total: z.number().int(), done: z.number().int() });
export type Completion = z.infer<typeof Completion>;

const totals = {
  total_documents: z.number().int(),
  /** Of the stories, with one decimal; 0 where there is none. */
  completion_percentage: z.number(),
  stories: Completion,
};

export const ProjectStatistics = z.object({
  slug: Slug,
  name: z.string(),
  ...totals,
  by_type: Figures,
  by_status: Figures,
  last_synced_at: Timestamp.nullable(),
  story_points: Completion,
});
export type ProjectStatistics = z.infer<typeof ProjectStatistics>;

export const ProjectCompletion = ProjectStatistics.pick({
  slug: true,
  name: true,
  total_documents: true,
  completion_percentage: true,
  last_synced_at: true,
  stories: true,
});
export type ProjectCompletion = z.infer<typeof ProjectCompletion>;

export const Statistics = z.object({
  total_projects: z.number().int(),
  ...totals,
  by_type: Figures,
  by_status: Figures,
  story_points: Completion,
  /** In the order of the list of projects. */
  projects: z.array(ProjectCompletion),
});
export type Statistics = z.infer<typeof Statistics>;
