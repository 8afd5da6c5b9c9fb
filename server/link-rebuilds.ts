/** What a rebuild of the links asks of its project's lane (OP17, OP24). */
import type { ProjectId } from '../shared/ids.ts';
import type { Actor } from '../shared/operations.ts';
import type { Admit, OperationRequest, StoredOperation } from './core/workflow.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import { laneOf, toFolders } from './features/projects/sync-starter.ts';

interface RebuildAsk {
  readonly trigger: string;
  readonly actor: Actor;
  readonly captureAnalytics: boolean;
  readonly admit?: Admit;
}

export function toRebuildRequest(project: ProjectRow, ask: RebuildAsk): OperationRequest {
  const { trigger, actor, captureAnalytics, admit } = ask;
  const { docsDir, progressDir } = toFolders(project);
  return {
    kind: 'rebuild_links',
    lane: laneOf(project.id),
    projectId: project.id as ProjectId,
    projectSlug: project.slug,
    trigger,
    actor,
    options: { captureAnalytics },
    metadata: { captureAnalytics, docsDir, progressDir },
    ...(admit === undefined ? {} : { admit }),
  };
}

/** Joins a queued rebuild that was asked for with the same option; who asked does not matter (OP20). */
export function joinRebuild(request: OperationRequest, queued: readonly StoredOperation[]) {
  const into = queued.find(
    ({ kind, options }) =>
      kind === 'rebuild_links' && options.captureAnalytics === request.options.captureAnalytics,
  );
  return into === undefined ? null : { into, options: into.options, metadata: into.metadata };
}
