/** Starting full syncs: the options they carry, and the one conditional update that lets one of many begin (SY3). */
import { join } from 'node:path';
import { AppError } from '../../../shared/failure.ts';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import type { Actor } from '../../../shared/operations.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { Emit } from '../../core/journal.ts';
import type { Leases } from '../../core/leases.ts';
import type { Operations, Started } from '../../core/operations.ts';
import { requireProject, type Admit, type ProjectOperation } from '../../core/workflow.ts';
import type { Db, Transaction } from '../../db/open.ts';
import { statusChanged } from './project-events.ts';
import { findProjectById, findProjectBySlug, isSyncLive, takeSync, updateProject } from './project-store.ts';
import type { ProjectRow } from './project-view.ts';

export interface FullSyncOptions {
  readonly force: boolean;
  readonly rebuildLinks: boolean;
  readonly captureAnalytics: boolean;
  readonly allowEmpty: boolean;
}

export interface SyncRequestBy extends Partial<FullSyncOptions> {
  readonly trigger: string;
  readonly actor: Actor;
  readonly admit?: Admit;
}

/** Work on one project's index runs in one lane (OP18). */
export const laneOf = (projectId: string): string => `project:${projectId}`;

const defaults: FullSyncOptions = {
  force: false,
  rebuildLinks: true,
  captureAnalytics: true,
  allowEmpty: false,
};

export class SyncStarter {
  readonly #db: Db;
  readonly #operations: Operations;
  readonly #leases: Leases;

  constructor(options: { db: Db; operations: Operations; leases: Leases }) {
    this.#db = options.db;
    this.#operations = options.operations;
    this.#leases = options.leases;
  }

  /** `/api/v1`: refused while a sync of the project is under way (SY4). */
  async trigger(
    project: ProjectRow,
    { admit, ...by }: { actor: Actor; allowEmpty: boolean; admit: Admit },
  ): Promise<Started> {
    return await this.#operations.start({
      ...toRequest(project, { ...by, trigger: 'manual' }),
      // The update below decides; this spares all but the first of many triggers the way there.
      refuse: async (tx) => {
        const { leaseOwner } = project;
        const deadOwner = leaseOwner !== null && this.#leases.isDead(leaseOwner) ? leaseOwner : null;
        if (await isSyncLive(tx, project.id, deadOwner)) throw await this.#alreadyRunning(tx, project);
      },
      admit: async (tx, operation, emit) => {
        if (!(await takeSyncFor(tx, this.#leases, requireProject(operation), emit, { mayHold: false })))
          throw await this.#alreadyRunning(tx, project);
        await admit(tx, operation, emit);
      },
    });
  }

  /** `/api/cache` and the server itself: waits in the lane for its turn (OP18). */
  async enqueue(project: ProjectRow, by: SyncRequestBy): Promise<Started> {
    return await this.#operations.start(toRequest(project, by));
  }

  /** SY16: the running sync reads a source that is no longer meant; another follows under the same `syncing`. */
  async restart(project: Project, actor: Actor): Promise<void> {
    const row = await findProjectBySlug(this.#db, project.slug);
    if (row === undefined || row.lastOperationId === null) return;
    const outdated = row.lastOperationId as OperationId;
    await this.#operations.start({
      ...toRequest(row, { actor, trigger: 'manual' }),
      admit: async (tx, operation) => {
        await updateProject(tx, row.id, { lastOperationId: operation.id });
      },
    });
    await this.#operations.cancel(outdated).catch((failure: unknown) => {
      // It may have ended by itself in between; the new one follows either way.
      if (!(failure instanceof AppError && failure.code === 'OPERATION_FINISHED')) throw failure;
    });
  }

  async #alreadyRunning(tx: Transaction, project: ProjectRow): Promise<AppError> {
    const row = await findProjectById(tx, project.id);
    if (row === undefined) return new AppError('NOT_FOUND', 'Project not found');
    const running = row.lastOperationId;
    const record = running === null ? null : await this.#operations.find(tx, running);
    return new AppError('SYNC_IN_PROGRESS', 'Sync already running for this project', {
      details: { operation_id: running, started_at: record?.startedAt ?? record?.queuedAt ?? null },
    });
  }
}

/** False when another sync of the project is live. */
export async function takeSyncFor(
  tx: Transaction,
  leases: Leases,
  operation: ProjectOperation,
  emit: Emit,
  { mayHold }: { mayHold: boolean },
): Promise<boolean> {
  const before = await findProjectById(tx, operation.projectId);
  if (before === undefined) throw new AppError('NOT_FOUND', 'Project not found');
  const isOwnerDead = before.leaseOwner !== null && leases.isDead(before.leaseOwner);
  const taken = await takeSync(tx, {
    projectId: operation.projectId,
    operationId: operation.id,
    owner: leases.owner,
    deadOwner: isOwnerDead ? before.leaseOwner : null,
    mayHold,
  });
  if (taken === undefined) return false;
  if (before.syncStatus !== 'syncing') emit(statusChanged(taken, before.syncStatus, operation.id));
  return true;
}

function toRequest(project: ProjectRow, { trigger, actor, admit, ...given }: SyncRequestBy) {
  const { force, rebuildLinks, captureAnalytics, allowEmpty } = { ...defaults, ...given };
  const options = { force, rebuildLinks, captureAnalytics, allowEmpty };
  return {
    kind: 'full_sync' as const,
    lane: laneOf(project.id),
    projectId: project.id as ProjectId,
    projectSlug: project.slug,
    trigger,
    actor,
    options,
    metadata: { ...options, projectName: project.name, ...toFolders(project) },
    ...(admit === undefined ? {} : { admit }),
  };
}

/** The first entry of each kind, absolute (OP17). */
export function toFolders({ sdlcPath, paths }: ProjectRow) {
  const first = (entries: readonly string[]) =>
    sdlcPath === null || entries[0] === undefined ? null : join(sdlcPath, entries[0]);
  return {
    sessionsDir: paths.sessions[0] ?? null,
    docsDir: first(paths.docs),
    progressDir: first(paths.progress),
  };
}
