/** One watch for each project that wants one: its batches become operations, its state is there to be read. */
import { join, relative, sep } from 'node:path';
import type { EventDraft } from '../shared/events/index.ts';
import type { OperationId, ProjectId } from '../shared/ids.ts';
import type { OperationRecord } from '../shared/operations.ts';
import type { WatchStatus } from '../shared/views/status.ts';
import type { Journal } from './core/journal.ts';
import type { Leases } from './core/leases.ts';
import type { Operations } from './core/operations.ts';
import { toMetadata, type ChangedFilesOptions } from './features/indexing/changed-files-options.ts';
import { isIndexable, isWalkedFolder, findEntry, type Entry } from './features/indexing/filters.ts';
import { findDifferences } from './features/indexing/reconcile.ts';
import { findProjectById } from './features/projects/project-store.ts';
import { laneOf } from './features/projects/sync-starter.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import { findLogDifferences } from './features/sessions/log-survey.ts';
import type { SessionTools } from './features/sessions/session-tools.ts';
import type { Outcome } from './features/watching/batches.ts';
import type { Batch } from './features/watching/pending-changes.ts';
import type { ReconcileReason } from './features/watching/reconciler.ts';
import {
  openProjectWatch,
  type ProjectWatch,
  type WatchSettings,
} from './features/watching/project-watch.ts';
import type { Crossing } from './features/watching/watch-barrier.ts';
import { noFacts, toWatchStatus } from './features/watching/watch-facts.ts';
import type { Indexer } from './indexer.ts';
import type { Logger } from './platform/logger.ts';
import type { LoopMonitor } from './platform/loop-monitor.ts';
import { toSessionProject } from './session-keeper.ts';
import { WatchTurns } from './watch-turns.ts';

interface WatchersOptions {
  readonly indexer: Indexer;
  readonly sessions: SessionTools;
  readonly journal: Journal;
  readonly operations: Operations;
  readonly loop: LoopMonitor;
  readonly log: Logger;
  readonly settings: WatchSettings;
  readonly leases: Leases;
}

interface Watched {
  readonly slug: string;
  readonly key: string;
  readonly watch: ProjectWatch;
}

/** With the lease's fifteen seconds, a silent server is replaced within twenty (WT13). */
const lookMs = 3_000;

export class Watchers implements AsyncDisposable {
  readonly #options: WatchersOptions;
  readonly #turns: WatchTurns;
  /** Projects that want a watch, here or by another server. */
  readonly #wanted = new Map<ProjectId, ProjectRow>();
  readonly #watched = new Map<ProjectId, Watched>();
  readonly #stopping = new AbortController();
  /** Opening and closing go one after another, so that no project is ever watched twice. */
  #steps: Promise<void> = Promise.resolve();

  readonly #looking: NodeJS.Timeout;
  #isLooking = false;

  constructor(options: WatchersOptions) {
    this.#options = options;
    this.#turns = new WatchTurns({ db: options.indexer.db, leases: options.leases });
    this.#looking = setInterval(() => this.#lookSoon(), lookMs);
    this.#looking.unref();
  }

  /** Brings the watch of a project in line with its settings; resolves when it stands, or another server has its turn. */
  follow(project: ProjectRow): Promise<void> {
    return this.#step(async () => {
      const id = project.id as ProjectId;
      if (this.#stopping.signal.aborted) return;
      if (!project.watch || project.sdlcPath === null) return await this.#letGo(id);
      this.#wanted.set(id, project);
      if (this.#watched.get(id)?.key === toKey(project)) return;
      if (this.#watched.has(id) || (await this.#turns.take(id))) await this.#openAnew(id, project);
    });
  }

  forget(id: ProjectId): Promise<void> {
    return this.#step(() => this.#letGo(id));
  }

  async #letGo(id: ProjectId): Promise<void> {
    this.#wanted.delete(id);
    if (!this.#watched.has(id)) return;
    await this.#close(id);
    await this.#turns.pass(id);
  }

  async #openAnew(id: ProjectId, project: ProjectRow): Promise<void> {
    await this.#close(id);
    if (project.sdlcPath === null || this.#stopping.signal.aborted) return;
    const watch = await this.#open(id, project, project.sdlcPath);
    this.#watched.set(id, { slug: project.slug, key: toKey(project), watch });
  }

  #lookSoon(): void {
    if (this.#isLooking || this.#wanted.size === 0) return;
    this.#isLooking = true;
    // Never rejects: steps report.
    void this.#step(() => this.#look()).finally(() => (this.#isLooking = false));
  }

  /** Takes up what other servers have left; a watch begins with a reconcile pass, so nothing is missed in between. */
  async #look(): Promise<void> {
    const { ours, free } = await this.#turns.look(this.#wanted.keys());
    // Asleep for longer than the lease: somebody else watches by now.
    for (const id of this.#watched.keys()) {
      if (!ours.has(id) && !free.has(id)) await this.#close(id);
    }
    for (const id of free) {
      const project = this.#wanted.get(id);
      if (project === undefined || this.#stopping.signal.aborted || !(await this.#turns.take(id))) continue;
      if (!this.#watched.has(id)) await this.#openAnew(id, project);
    }
  }

  /** Projects that are watched here and not by another server. */
  get here(): ProjectRow[] {
    return [...this.#watched.keys()].flatMap((id) => this.#wanted.get(id) ?? []);
  }

  /** Changes of session logs may have been missed: each project watched here looks for them. */
  doubt(reason: ReconcileReason): void {
    for (const { watch } of this.#watched.values()) watch.doubt(reason);
  }

  /** What the watch of session logs has found of a project; resolves once it is indexed. */
  async indexLogs(project: ProjectRow, logs: readonly string[]): Promise<void> {
    const ended = await this.#run(project, 'watcher', {
      paths: [],
      logs: [...logs],
      isWholeWalk: false,
      isHeadMoved: false,
      reason: 'events',
    });
    if (!isDone(ended)) throw new Error(ended.error ?? ended.status);
  }

  /** Whether this server is the one that watches it. */
  watches(id: ProjectId): boolean {
    return this.#watched.has(id);
  }

  /** Resolves when everything saved before the call is in the index, or when that cannot be known. */
  async cross(id: ProjectId): Promise<Crossing> {
    const watched = this.#watched.get(id);
    if (watched === undefined) return { kind: 'blocked', reason: 'Another server watches this project.' };
    return await watched.watch.cross();
  }

  status(id: string | null): WatchStatus {
    if (id === null) return notWatched;
    const watched = this.#watched.get(id as ProjectId);
    if (watched !== undefined) return watched.watch.status();
    return this.#wanted.has(id as ProjectId) ? watchedElsewhere : notWatched;
  }

  get all(): { slug: string; status: WatchStatus; remedy: string | null }[] {
    return [...this.#watched.values()].map(({ slug, watch }) => ({
      slug,
      status: watch.status(),
      remedy: watch.remedy(),
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
        dispatch: (batch, isHeadMoved) => this.#dispatch(project, root, batch, isHeadMoved),
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

  async #dispatch(project: ProjectRow, root: string, batch: Batch, isHeadMoved: boolean): Promise<Outcome> {
    const paths = batch.kind === 'paths' ? batch.changes.map(({ path }) => toRelative(root, path)) : [];
    const ended = await this.#run(project, 'watcher', {
      paths,
      isWholeWalk: batch.kind === 'walk',
      removes: batch.kind === 'paths' || batch.removals,
      isHeadMoved,
      reason: 'events',
    });
    if (isDone(ended)) return { status: 'done' };
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
    const { indexer, journal, sessions } = this.#options;
    const startedMs = performance.now();
    const id = project.id as ProjectId;
    // As it is now: the watch may have begun before the first sync. Until that has ended there is nothing to repair.
    const current = await findProjectById(indexer.db, id);
    if (current === undefined || current.lastSyncedAt === null) return { repaired: 0 };
    const found = await findDifferences(indexer, id, this.#stopping.signal);
    const owner = toSessionProject(current);
    if (found === undefined || owner === undefined) return { repaired: 0 };
    const logs = await findLogDifferences(sessions, owner, this.#stopping.signal);
    let repaired = 0;
    const differences = found.paths.length + logs.length;
    if (differences > 0) {
      // A walk looks at all logs too.
      const isWholeWalk = differences > pathsAtMost;
      const options = isWholeWalk ? { paths: [], logs: [] } : { paths: [...found.paths], logs };
      const ended = await this.#run(project, 'reconcile', {
        ...options,
        isWholeWalk,
        isHeadMoved: false,
        reason: 'reconcile',
      });
      if (!isDone(ended)) throw new Error(ended.error ?? ended.status);
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
      Partial<Pick<ChangedFilesOptions, 'removes' | 'logs'>>,
  ) {
    const { operations } = this.#options;
    const options: ChangedFilesOptions = {
      removes: true,
      logs: [],
      ...given,
      allowEmpty: false,
      ignored: [],
    };
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
    clearInterval(this.#looking);
    await this.#steps;
    for (const id of this.#watched.keys()) {
      await this.#close(id);
      // Without the database the lease runs out by itself.
      await this.#turns.pass(id).catch(() => undefined);
    }
  }
}

const pathsAtMost = 10_000;

const isDone = ({ status, errorCode }: OperationRecord): boolean =>
  status === 'completed' || errorCode === 'coalesced';

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

const watchedElsewhere: WatchStatus = {
  ...notWatched,
  configured: true,
  reason: 'Another server watches this project',
};

const toKey = ({ watch, sdlcPath, paths, slug }: ProjectRow): string =>
  JSON.stringify([watch, sdlcPath, paths, slug]);

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
