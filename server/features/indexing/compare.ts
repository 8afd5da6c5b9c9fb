/** Compares the disk with the index and changes neither: which documents are not what is indexed of them. */
import type { ProjectId } from '../../../shared/ids.ts';
import { createPacer } from '../../platform/pacer.ts';
import { planChanges } from './change-set.ts';
import { discover } from './discover.ts';
import { createFileReader, type FileReader } from './read-file.ts';
import { loadKnownFiles, type KnownFile } from './stamp-store.ts';
import type { IndexingTools } from './tools.ts';

/** Undefined when the project or its folder is not there: then nothing can be said of its files. */
export async function findDifferingFiles(
  tools: IndexingTools,
  projectId: ProjectId,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  const project = await tools.projects.load(tools.db, projectId);
  if (project === undefined) return undefined;
  const { root, entries, indexVersion } = project;
  const known = tools.memory.find(projectId, indexVersion) ?? (await loadKnownFiles(tools.db, projectId));
  const discovery = await discover({ root, entries, ...tools.limits, signal });
  if (discovery.rootState !== 'present') return undefined;
  const { toRead, gone } = planChanges(discovery, known, { force: false });
  const reader = createFileReader({ root, ...tools.limits });
  const pacer = createPacer(signal);
  const differing = [...gone];
  for (const { path } of toRead) {
    if (!(await isAsIndexed(reader, path, known.get(path), signal))) differing.push(path);
    if (pacer.isDue()) await pacer.rest();
  }
  return differing;
}

/** A stat that differs, or was taken too soon after the save, is no difference yet (DX8). */
async function isAsIndexed(
  reader: FileReader,
  path: string,
  known: KnownFile | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (known === undefined) return false;
  const read = await reader.read(path, signal);
  if (read.outcome === 'read') return !known.failed && read.hash === known.hash;
  return read.outcome === 'failed' && known.failed;
}
