/** `/api/v1/stats` and `/api/v1/projects/{slug}/stats` (SA1, SA2). */
import { readProjectStatistics, readStatistics } from '../../../shared/api/statistics.ts';
import { AppError } from '../../../shared/failure.ts';
import type { ProjectCompletion } from '../../../shared/views/statistics.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { sumGroups } from './completion.ts';
import { loadGroups, type CountedProject, type CreateTerminalTest } from './load-groups.ts';

export interface StatisticsOptions {
  readonly createTerminalTest: CreateTerminalTest;
}

export function mountStatistics(kit: HttpKit, { createTerminalTest }: StatisticsOptions): void {
  serveRead(kit, readProjectStatistics, async ({ params }, { tx }) => {
    const [project] = await loadGroups(tx, params.slug, createTerminalTest);
    if (project === undefined) throw new AppError('NOT_FOUND', 'Project not found');
    const { groups, ...named } = project;
    return { ...named, ...sumGroups(groups) };
  });

  serveRead(kit, readStatistics, async (_input, { tx }) => {
    const projects = await loadGroups(tx, null, createTerminalTest);
    return {
      total_projects: projects.length,
      ...sumGroups(projects.flatMap(({ groups }) => groups)),
      projects: projects.map(toCompletion),
    };
  });
}

function toCompletion({ slug, name, last_synced_at, groups }: CountedProject): ProjectCompletion {
  const { total_documents, completion_percentage, stories } = sumGroups(groups);
  return { slug, name, total_documents, completion_percentage, last_synced_at, stories };
}
