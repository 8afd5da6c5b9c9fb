/** The list of projects as events move it: cards come, change, go, and count their documents. */
import type { Project } from '../../../shared/views/project.ts';
import { foldBy, replaceWhere } from './fold.ts';

export type Projects = readonly Project[];

export const foldProjects = foldBy<Projects>({
  'project:registered': (projects, { data }) => place(projects, data.project),
  'project:changed': (projects, { data }) => place(projects, data.project),
  'project:status': (projects, { data }) => place(projects, data.project),
  'project:removed': (projects, { data }) => {
    const left = projects.filter((project) => project.slug !== data.slug);
    return left.length === projects.length ? projects : left;
  },
  'documents:changed': (projects, { projectId, data }) =>
    replaceWhere(
      projects,
      (project) => project.id === projectId,
      (project) => withFigures(project, data),
    ),
});

interface Figures {
  readonly documentCount: number;
  readonly issueCount: number;
}

export function withFigures(project: Project, { documentCount, issueCount }: Figures): Project {
  if (project.document_count === documentCount && project.issue_count === issueCount) return project;
  return { ...project, document_count: documentCount, issue_count: issueCount };
}

function place(projects: Projects, project: Project): Projects {
  const isKnown = projects.some(({ slug }) => slug === project.slug);
  const placed = isKnown
    ? projects.map((other) => (other.slug === project.slug ? project : other))
    : [...projects, project];
  return project.active ? placed.map((other) => withoutOtherActive(other, project)) : placed;
}

/** PJ12: at most one project is active, so the newest claim takes it from the others. */
const withoutOtherActive = (other: Project, active: Project): Project =>
  other.active && other.slug !== active.slug ? { ...other, active: false } : other;
