/** Every kind of operation and the steps it is made of: the place where features meet. */
import type { Derivations } from './derivation.ts';
import type { Indexer } from './indexer.ts';
import { joinRebuild } from './link-rebuilds.ts';
import { runFullSync, type FullSyncResult } from './features/indexing/full-sync.ts';
import { joinBatch } from './features/indexing/changed-files-options.ts';
import { runChangedFiles } from './features/indexing/changed-files.ts';
import { takeSyncFor } from './features/projects/sync-starter.ts';
import { endSync } from './features/projects/sync-end.ts';
import type { Leases } from './core/leases.ts';
import { topicsOf } from './core/topics.ts';
import {
  forProjects,
  type OperationRequest,
  type ProjectOperation,
  type RunResult,
  type StoredOperation,
  type Workflow,
  type Workflows,
} from './core/workflow.ts';

interface WorkflowParts {
  readonly indexer: Indexer;
  readonly derivations: Derivations;
  readonly leases: Leases;
  readonly push: Workflow;
}

/** A kind without an entry does not compile. */
export function createWorkflows(parts: WorkflowParts): Workflows {
  return {
    full_sync: forProjects(createFullSync(parts)),
    rebuild_links: forProjects(createRebuildLinks(parts)),
    sync_changed_files: forProjects(createChangedFiles(parts)),
    push_work_items: parts.push,
  };
}

function createFullSync({
  indexer,
  derivations,
  leases,
}: WorkflowParts): Workflow<FullSyncResult, ProjectOperation> {
  return {
    join: joinSameSync,
    // OP21: a walk of everything does what any waiting batch would do, unless only the batch may empty a folder.
    supersedes: (queued, by) =>
      queued.kind === 'sync_changed_files' &&
      (queued.options.allowEmpty !== true || by.options.allowEmpty === true),
    lost: (operation) => forget({ indexer, derivations }, operation),
    async begin(tx, operation, emit) {
      await takeSyncFor(tx, leases, operation, emit, { mayHold: true });
      const { id, kind, trigger, projectId, projectSlug } = operation;
      const data = { slug: projectSlug, kind, trigger };
      emit({ type: 'sync:started', projectId, operationId: id, topic: topicsOf(operation), data });
    },
    run: (context) => runFullSync(indexer, context),
    async end(tx, operation, { ending, result, durationMs }, emit) {
      const settlement = result?.settlement;
      await endSync(tx, operation, { ending, settlement, at: indexer.clock.now(), durationMs }, emit);
      if (ending.status !== 'completed') forget({ indexer, derivations }, operation);
    },
  };
}

function createRebuildLinks({ derivations }: WorkflowParts): Workflow<RunResult, ProjectOperation> {
  return {
    join: joinRebuild,
    run: (context) => derivations.rebuildLinks(context),
    lost: (operation) => derivations.forget(operation.projectId),
    async end(_tx, operation, { ending }) {
      if (ending.status !== 'completed') derivations.forget(operation.projectId);
    },
  };
}

/** Who asked does not matter, only what for (OP20). */
function joinSameSync(request: OperationRequest, queued: readonly StoredOperation[]) {
  const wanted = JSON.stringify(request.options);
  const into = queued.find(
    (operation) =>
      operation.kind === 'full_sync' &&
      JSON.stringify(sortLike(request.options, operation.options)) === wanted,
  );
  return into === undefined ? null : { into, options: into.options, metadata: into.metadata };
}

/** The database returns keys in an order of its own. */
function sortLike(model: object, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(model).map((key) => [key, given[key]]));
}

function createChangedFiles({ indexer, derivations }: WorkflowParts): Workflow<RunResult, ProjectOperation> {
  return {
    join: joinBatch,
    run: (context) => runChangedFiles(indexer, context),
    lost: (operation) => forget({ indexer, derivations }, operation),
    async end(_tx, operation, { ending }) {
      if (ending.status !== 'completed') forget({ indexer, derivations }, operation);
    },
  };
}

/** What is remembered of a run that was cut off may never have been written. */
function forget(
  { indexer, derivations }: Pick<WorkflowParts, 'indexer' | 'derivations'>,
  { projectId }: ProjectOperation,
): void {
  indexer.memory.forget(projectId);
  derivations.forget(projectId);
}
