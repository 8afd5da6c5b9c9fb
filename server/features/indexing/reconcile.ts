/** Compares the disk with the index by stats alone: what a watcher may have missed (WT8, WT9). */
import type { ProjectId } from '../../../shared/ids.ts';
import { planChanges } from './change-set.ts';
import { discover } from './discover.ts';
import { loadKnownFiles } from './stamp-store.ts';
import type { IndexingTools } from './tools.ts';

export interface Differences {
  readonly walked: number;
  /** Relative to the project's folder: changed, new or gone. */
  readonly paths: readonly string[];
}

/** Undefined when the project is gone. Files are not read: a difference is only a path to look at. */
export async function findDifferences(
  tools: IndexingTools,
  projectId: ProjectId,
  signal: AbortSignal,
): Promise<Differences | undefined> {
  const project = await tools.projects.load(tools.db, projectId);
  if (project === undefined) return undefined;
  const { root, entries, indexVersion } = project;
  const known = tools.memory.find(projectId, indexVersion) ?? (await loadKnownFiles(tools.db, projectId));
  const discovery = await discover({ root, entries, ...tools.limits, signal });
  if (discovery.rootState !== 'present') return { walked: 0, paths: [] };
  const { toRead, gone } = planChanges(discovery, known, { force: false });
  return { walked: discovery.walked, paths: [...toRead.map((file) => file.path), ...gone] };
}
