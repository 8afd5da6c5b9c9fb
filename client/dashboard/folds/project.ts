/** One project as events move it; `null` stands for a project that was removed while it was shown. */
import type { Project } from '../../../shared/views/project.ts';
import { foldBy } from './fold.ts';
import type { Fold } from './fold.ts';
import { withFigures } from './projects.ts';

export const foldProject = (slug: string): Fold<Project | null> => {
  const take = (project: Project | null, next: Project) => (next.slug === slug ? next : project);
  return foldBy<Project | null>({
    'project:registered': (project, { data }) => take(project, data.project),
    'project:changed': (project, { data }) => take(project, data.project),
    'project:status': (project, { data }) => take(project, data.project),
    'project:removed': (project, { data }) => (data.slug === slug ? null : project),
    'documents:changed': (project, { projectId, data }) =>
      project?.id === projectId && project !== null ? withFigures(project, data) : project,
  });
};
