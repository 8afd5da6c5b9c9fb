/** Live views of projects: all of them, one of them, and how its watcher and index are. */
import type { Freshness } from '../../../shared/views/freshness.ts';
import type { Health, CacheStatus } from '../../../shared/views/status.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { Caller } from '../../sdk/caller.ts';
import { foldProject } from '../folds/project.ts';
import { foldProjects } from '../folds/projects.ts';
import type { Projects } from '../folds/projects.ts';
import { foldFreshness, foldHealth, foldStatus } from '../folds/reading.ts';
import type { ViewSpec } from '../../sdk/store.ts';

export const projectsView = (caller: Caller): ViewSpec<Projects> => ({
  key: 'projects',
  load: (signal) => caller('listProjects', {}, { signal }),
  fold: foldProjects,
});

export const projectView = (caller: Caller, slug: string): ViewSpec<Project | null> => ({
  key: `project/${slug}`,
  load: (signal) => caller('readProject', { params: { slug } }, { signal }),
  fold: foldProject(slug),
});

export const statusView = (caller: Caller, slug: string): ViewSpec<CacheStatus> => ({
  key: `status/${slug}`,
  load: (signal) => caller('readStatus', { query: { project: slug } }, { signal }),
  fold: foldStatus(slug),
});

export const freshnessView = (caller: Caller, slug: string): ViewSpec<Freshness> => ({
  key: `freshness/${slug}`,
  load: (signal) => caller('readFreshness', { params: { slug }, query: { wait: '10' } }, { signal }),
  fold: foldFreshness(slug),
});

export const healthView = (caller: Caller): ViewSpec<Health> => ({
  key: 'health',
  load: async (signal) => {
    const { value, head } = await caller('readHealth', {}, { signal });
    // Health is read without the journal's lock, so it names the head in its body.
    return { value, head: head ?? value.journal.head };
  },
  fold: foldHealth(),
});
