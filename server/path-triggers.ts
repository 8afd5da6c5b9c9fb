/** `sync-paths` wired: paths checked by indexing, the batch started in the project's lane. */
import type { ChangedPath } from '../shared/api/operations.ts';
import { AppError } from '../shared/failure.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { Operations } from './core/operations.ts';
import { toMetadata, type ChangedFilesOptions } from './features/indexing/changed-files-options.ts';
import { planPaths, toPathRequest } from './features/indexing/path-request.ts';
import type { PathsAsk } from './features/operations/trigger-routes.ts';
import { laneOf } from './features/projects/sync-starter.ts';
import type { Indexer } from './indexer.ts';

interface PathTriggersOptions {
  readonly indexer: Indexer;
  readonly operations: Operations;
  readonly signal: AbortSignal;
}

export function createPathTriggers({ indexer, operations, signal }: PathTriggersOptions) {
  async function requireSource(id: string) {
    const source = await indexer.projects.load(indexer.db, id as ProjectId);
    if (source === undefined) throw new AppError('NOT_FOUND', 'Project not found');
    return source;
  }

  return {
    async startPaths(project: { id: string; slug: string }, ask: PathsAsk) {
      const source = await requireSource(project.id);
      const { paths, ignored } = await toPathRequest(indexer, source, ask.paths, signal);
      const options: ChangedFilesOptions = {
        paths: [...paths],
        logs: [],
        allowEmpty: ask.allowEmpty,
        reason: 'request',
        isWholeWalk: false,
        isHeadMoved: false,
        removes: true,
        ignored: [...ignored],
      };
      const started = await operations.start({
        kind: 'sync_changed_files',
        lane: laneOf(project.id),
        projectId: source.id,
        projectSlug: source.slug,
        trigger: ask.trigger,
        actor: ask.actor,
        options: { ...options },
        metadata: toMetadata(options),
        admit: ask.admit,
      });
      return { ...started, ignored: [...ignored] };
    },

    async planPaths(project: { id: string }, paths: readonly ChangedPath[]) {
      return await planPaths(indexer, await requireSource(project.id), paths, signal);
    },
  };
}
