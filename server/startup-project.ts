/** The start of one project: a first sync, its watch, and later the links that the sync left out (SU1 to SU5). */
import { setTimeout } from 'node:timers/promises';
import type { OperationId } from '../shared/ids.ts';
import type { Actor, OperationRecord } from '../shared/operations.ts';
import type { Leases } from './core/leases.ts';
import { hasWorkSince } from './core/lane-queue.ts';
import { toStored } from './core/operation-record.ts';
import { findOperation } from './core/operation-store.ts';
import type { Operations } from './core/operations.ts';
import type { Db } from './db/open.ts';
import { findProjectById } from './features/projects/project-store.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import { laneOf, type SyncStarter } from './features/projects/sync-starter.ts';
import { toRebuildRequest } from './link-rebuilds.ts';
import type { Config } from './platform/config.ts';
import type { Logger } from './platform/logger.ts';
import type { Watchers } from './watchers.ts';

export type StartupConfig = Pick<
  Config,
  'SYNCLINE_DATA_DIR' | 'SYNCLINE_DEMO' | Extract<keyof Config, `SYNCLINE_STARTUP_${string}`>
>;

interface ProjectStartupOptions {
  readonly db: Db;
  readonly leases: Leases;
  readonly operations: Operations;
  readonly starter: SyncStarter;
  readonly watchers: Watchers;
  readonly log: Logger;
  readonly config: StartupConfig;
  readonly signal: AbortSignal;
}

const system: Actor = { kind: 'system', name: 'startup' };
/** SU5: another server that starts within this time leaves the project alone. */
const onceInSeconds = 600;
const retryDelayMs = 60_000;

export class ProjectStartup {
  readonly #options: ProjectStartupOptions;

  constructor(options: ProjectStartupOptions) {
    this.#options = options;
  }

  /** Resolves when the first sync has ended and the watch stands; false if the sync did not complete. */
  async start(project: ProjectRow, { isWhole }: { isWhole: boolean }): Promise<boolean> {
    const { db, leases, watchers } = this.#options;
    const isOurs =
      project.sourceType === 'local' && (await leases.claimSpan(db, toSpan(project), onceInSeconds));
    const isCompleted = isOurs ? await this.#sync(project, isWhole) : true;
    // As it is now: the sync may have found other folders to watch.
    const current = await findProjectById(db, project.id);
    if (current !== undefined) await watchers.follow(current);
    return isCompleted;
  }

  /** SU3: the first sync of a project, and of one that was asked for, is a whole one. */
  async #sync(project: ProjectRow, isAsked: boolean): Promise<boolean> {
    const { starter, config } = this.#options;
    const isLight = config.SYNCLINE_STARTUP_LIGHT && !isAsked && project.lastSyncedAt !== null;
    const links = { rebuildLinks: !isLight, captureAnalytics: !isLight };
    const { operation } = await starter.enqueue(project, { trigger: 'startup', actor: system, ...links });
    const ended = await this.#settled(operation);
    // Not awaited: whatever follows later must not hold up the other projects (SU4).
    void this.#later(project, () => this.#follow(project, ended, isLight));
    return ended.status === 'completed';
  }

  async #follow(project: ProjectRow, first: OperationRecord, isLight: boolean): Promise<void> {
    const { config } = this.#options;
    const ended = await this.#retryOnce(first);
    if (ended.status !== 'completed' || !isLight || !config.SYNCLINE_STARTUP_DEFERRED_LINKS) return;
    const { signal } = this.#options;
    await setTimeout(config.SYNCLINE_STARTUP_DEFERRED_DELAY_MS, undefined, { signal, ref: false });
    await this.#rebuildLinks(project, ended);
  }

  /** SU4: not if somebody has asked for the links in the meantime. */
  async #rebuildLinks({ id }: ProjectRow, light: OperationRecord): Promise<void> {
    const { db, operations, config } = this.#options;
    const project = await findProjectById(db, id);
    if (project === undefined || (await hasWorkSince(db, laneOf(id), linkWork, light.id))) return;
    const captureAnalytics = config.SYNCLINE_STARTUP_DEFERRED_ANALYTICS;
    const ask = { trigger: 'startup_deferred', actor: system, captureAnalytics };
    const { operation } = await operations.start(toRebuildRequest(project, ask));
    await this.#retryOnce(await this.#settled(operation));
  }

  /** What comes of it in the end. The second try waits in the queue, where it is seen and survives this server. */
  async #retryOnce(first: OperationRecord): Promise<OperationRecord> {
    const { db, operations } = this.#options;
    const row = first.status === 'failed' ? await findOperation(db, first.id) : undefined;
    if (row === undefined || first.attempt > 1) return first;
    const { id, attempt, ...same } = toStored(row);
    const again = { ...same, trigger: 'retry', attempt: attempt + 1, retryOf: id, delayMs: retryDelayMs };
    return await this.#settled((await operations.start(again)).operation);
  }

  #settled({ id }: { id: OperationId }): Promise<OperationRecord> {
    return this.#options.operations.settled(id, this.#options.signal);
  }

  async #later(project: ProjectRow, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      if (this.#options.signal.aborted) return;
      this.#options.log.warn(
        { err: failure, project: project.slug },
        'What follows the start-up sync failed',
      );
    }
  }
}

const toSpan = ({ id }: ProjectRow): string => `startup:${id}`;

/** A full sync does what a rebuild of the links does, unless it left them out. */
const linkWork = ({ kind, options }: { kind: string; options: Readonly<Record<string, unknown>> }): boolean =>
  kind === 'rebuild_links' || (kind === 'full_sync' && options.rebuildLinks !== false);
