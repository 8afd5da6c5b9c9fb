/** One watch for each project that wants one: its batches become operations, its state is there to be read. */
import { join, relative, sep } from 'node:path';
import type { EventDraft } from '../shared/events/index.ts';
import type { OperationId, ProjectId } from '../shared/ids.ts';
import type { WatchStatus } from '../shared/views/status.ts';
import type { Journal } from './core/journal.ts';
import type { Operations } from './core/operations.ts';
import { toMetadata, type ChangedFilesOptions } from './features/indexing/changed-files-options.ts';
import { isIndexable, isWalkedFolder, findEntry, type Entry } from './features/indexing/filters.ts';
import { findDifferences } from './features/indexing/reconcile.ts';
import { findProjectById } from './features/projects/project-store.ts';
import { laneOf } from './features/projects/sync-starter.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import type { Outcome } from './features/watching/batches.ts';
import type { Batch } from './features/watching/pending-changes.ts';
import {
  openProjectWatch,
  type ProjectWatch,
  type WatchSettings,
} from './features/watching/project-watch.ts';
import { noFacts, toWatchStatus } from './features/watching/watch-facts.ts';
import type { Indexer } from './indexer.ts';
import type { Logger } from './platform/logger.ts';
import type { LoopMonitor } from './platform/loop-monitor.ts';

interface WatchersOptions {
  readonly indexer: Indexer;
  readonly journal: Journal;
  readonly operations: Operations;
  readonly loop: LoopMonitor;
  readonly log: Logger;
  readonly settings: WatchSettings;
}

interface Watched {
  readonly slug: string;
  readonly key: string;
  readonly watch: ProjectWatch;
}

export class Watchers implements AsyncDisposable {
  readonly #options: WatchersOptions;
  readonly #watched = new Map<ProjectId, Watched>();
  readonly #stopping = new AbortController();
  /** Opening and closing go one after another, so that no project is ever watched twice. */
  #steps: Promise<void> = Promise.resolve();

  constructor(options: WatchersOptions) {
    this.#options = options;
  }

  /** Brings the watch of a project in line with its settings; resolves when it stands. */
  follow(project: ProjectRow): Promise<void> {
    return this.#step(async () => {
      const id = project.id as ProjectId;
      const key = JSON.stringify([project.watch, project.sdlcPath, project.paths, project.slug]);
      if (this.#watched.get(id)?.key === key) return;
      await this.#close(id);
      if (!project.watch || project.sdlcPath === null || this.#stopping.signal.aborted) return;
      const watch = await this.#open(id, project, project.sdlcPath);
      this.#watched.set(id, { slug: project.slug, key, watch });
    });
  }

  forget(id: ProjectId): Promise<void> {
    return this.#step(() => this.#close(id));
  }

  status(id: string | null): WatchStatus {
    const watched = id === null ? undefined : this.#watched.get(id as ProjectId);
    return watched?.watch.status() ?? notWatched;
  }

  get all(): { slug: string; status: WatchStatus; remedy: string | null }[] {
    return [...this.#watched.values()].map(({ slug, watch }) => ({
      slug,
      status: watch.status(),
      remedy: null,
    }));
  }

  async #close(id: ProjectId): Promise<void> {
    const watched = this.#watched.get(id);
    this.#watched.delete(id);
    await watched?.watch[Symbol.asyncDispose]();
  }

  #step(work: () => Promise<void>): Promise<void> {
    this.#steps = this.#steps.then(work).catch((failure: unknown) => this.#report(failure));
    return this.#steps;
  }

  #report(failure: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.log.warn({ err: failure }, 'Watching a project failed');
  }

  async #open(projectId: ProjectId, project: ProjectRow, root: string): Promise<ProjectWatch> {
    const { loop, settings, journal } = this.#options;
    const entries = toEntries(project);
    return await openProjectWatch({
      projectId,
      root,
      loop,
      settings,
      entries: entries.map(({ path, kind }) => ({ path: join(root, path), kind })),
      isIndexable: (path, kind) => isWanted(toRelative(root, path), kind, entries),
      callbacks: {
        dispatch: (batch) => this.#dispatch(project, root, batch),
        reconcile: (reason) => this.#reconcile(project, reason),
        headChanged: () => void this.#headChanged(project),
        emit: (draft) =>
          void journal
            .append([toDraft(projectId, project.slug, draft)])
            .catch((failure: unknown) => this.#report(failure)),
        report: (failure) => this.#report(failure),
      },
    });
  }

  async #dispatch(project: ProjectRow, root: string, batch: Batch): Promise<Outcome> {
    const paths = batch.kind === 'paths' ? batch.changes.map(({ path }) => toRelative(root, path)) : [];
    const ended = await this.#run(project, 'watcher', {
      paths,
      isWholeWalk: batch.kind === 'walk',
      removes: batch.kind === 'paths' || batch.removals,
      isHeadMoved: false,
      reason: 'events',
    });
    if (ended.status === 'completed' || ended.errorCode === 'coalesced') return { status: 'done' };
    return { status: 'failed', error: ended.error ?? ended.status };
  }

  async #headChanged(project: ProjectRow): Promise<void> {
    try {
      await this.#run(project, 'watcher', {
        paths: [],
        isWholeWalk: false,
        isHeadMoved: true,
        reason: 'events',
      });
    } catch (failure) {
      // The next sync reads the dates again; nothing is lost but time.
      this.#report(failure);
    }
  }

  /** WT9: differences are an operation, none are only an event. */
  async #reconcile(project: ProjectRow, reason: string): Promise<{ repaired: number }> {
    const { indexer, journal } = this.#options;
    const startedMs = performance.now();
    const id = project.id as ProjectId;
    // As it is now: the watch may have begun before the first sync. Until that has ended there is nothing to repair.
    const current = await findProjectById(indexer.db, id);
    if (current === undefined || current.lastSyncedAt === null) return { repaired: 0 };
    const found = await findDifferences(indexer, id, this.#stopping.signal);
    if (found === undefined) return { repaired: 0 };
    let repaired = 0;
    if (found.paths.length > 0) {
      const options = {
        paths: found.paths.length > pathsAtMost ? [] : [...found.paths],
        isWholeWalk: found.paths.length > pathsAtMost,
        isHeadMoved: false,
      };
      const ended = await this.#run(project, 'reconcile', { ...options, reason: 'reconcile' });
      if (ended.status !== 'completed' && ended.errorCode !== 'coalesced')
        throw new Error(ended.error ?? ended.status);
      repaired = Number(ended.stats.repaired ?? 0);
    }
    const durationMs = Math.round(performance.now() - startedMs);
    const data = { reason, walked: found.walked, repaired, durationMs };
    await journal.append([toDraft(id, project.slug, { type: 'reconcile:completed', data })]);
    return { repaired };
  }

  async #run(
    project: ProjectRow,
    trigger: 'watcher' | 'reconcile',
    given: Pick<ChangedFilesOptions, 'paths' | 'isWholeWalk' | 'isHeadMoved' | 'reason'> &
      Partial<Pick<ChangedFilesOptions, 'removes'>>,
  ) {
    const { operations } = this.#options;
    const options: ChangedFilesOptions = { removes: true, ...given, allowEmpty: false, ignored: [] };
    const { operation } = await operations.start({
      kind: 'sync_changed_files',
      lane: laneOf(project.id),
      projectId: project.id as ProjectId,
      projectSlug: project.slug,
      trigger,
      actor: { kind: 'system', name: trigger },
      options: { ...options },
      metadata: toMetadata(options),
      isNeverRefused: true,
    });
    return await operations.settled(operation.id as OperationId, this.#stopping.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#steps;
    for (const id of this.#watched.keys()) await this.#close(id);
  }
}

const pathsAtMost = 10_000;

const notWatched = toWatchStatus(
  {
    state: { state: 'off' },
    facts: noFacts,
    watchPaths: [],
    missingPaths: [],
    pendingChanges: 0,
    oldestPendingAt: null,
  },
  0,
);

function toEntries({ paths }: ProjectRow): Entry[] {
  const docs = paths.docs.map((path): Entry => ({ path, kind: 'docs' }));
  return [...docs, ...paths.progress.map((path): Entry => ({ path, kind: 'progress' }))];
}

/** The filter of discovery; folders are wanted where something below them may be. */
function isWanted(path: string, kind: 'file' | 'folder', entries: readonly Entry[]): boolean {
  if (kind !== 'folder') return isIndexable(path, entries).indexable;
  const entry = findEntry(path, entries);
  return entry === undefined || isWalkedFolder(path, entry);
}

const toRelative = (root: string, path: string): string => relative(root, path).split(sep).join('/') || '.';

type WatchDraft = Extract<EventDraft, { type: `watch:${string}` | 'reconcile:completed' }>;
type BareDraft = WatchDraft extends infer D
  ? D extends WatchDraft
    ? Pick<D, 'type' | 'data'>
    : never
  : never;

function toDraft(projectId: ProjectId, slug: string, draft: BareDraft): EventDraft {
  return { ...draft, projectId, operationId: null, topic: ['watch', `project:${slug}`] } as EventDraft;
}
