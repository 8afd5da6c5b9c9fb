/** Follows the folders in which agents keep their logs, and has each project index what was appended to its own (WT1). */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Subject, asyncScheduler, map, merge, type Subscription } from 'rxjs';
import type { Degradation } from '../shared/views/status.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { Db } from './db/open.ts';
import { ownsLogs } from './features/sessions/log-ownership.ts';
import type { SessionTools } from './features/sessions/session-tools.ts';
import { retryDelayMs } from './features/watching/batches.ts';
import type { WatchSettings } from './features/watching/project-watch.ts';
import type { ReconcileReason } from './features/watching/reconciler.ts';
import { stormsOver, toTicks } from './features/watching/ticks.ts';
import { WatchConnection } from './features/watching/watch-connection.ts';
import type { Logger } from './platform/logger.ts';
import type { LoopMonitor } from './platform/loop-monitor.ts';
import { loadSessionProject } from './session-keeper.ts';
import type { Watchers } from './watchers.ts';

interface LogWatchOptions {
  readonly db: Db;
  readonly sessions: SessionTools;
  readonly watchers: Pick<Watchers, 'here' | 'indexLogs' | 'doubt'>;
  readonly settings: Pick<WatchSettings, 'pollMs' | 'nativeAgainMs'>;
  readonly loop: Pick<LoopMonitor, 'stalls$' | 'jumps$'>;
  readonly log: Logger;
}

/** An agent writes several lines a second: they are indexed together. */
const quietMs = 300;
const longestMs = 1_500;
/** More than these are looked for by a walk of the folders. */
const pathsAtMost = 500;

export class LogWatch implements AsyncDisposable {
  readonly #options: LogWatchOptions;
  readonly #connections: readonly WatchConnection[];
  readonly #changes = new Subject<void>();
  readonly #raw = new Subject<void>();
  readonly #doubts: Subscription;
  readonly #stopping = new AbortController();
  #paths = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #firstMs = 0;
  #failures = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LogWatchOptions) {
    this.#options = options;
    const { claude, codex } = options.sessions.homes;
    this.#connections = [
      this.#connect(claude, ['projects']),
      this.#connect(codex, ['sessions', 'archived_sessions']),
    ];
    const ticks$ = toTicks(this.#raw, this.#changes, asyncScheduler);
    this.#doubts = merge(
      stormsOver(ticks$, asyncScheduler).pipe(map((): ReconcileReason => 'storm')),
      options.loop.stalls$.pipe(map((): ReconcileReason => 'event_loop_stall')),
      options.loop.jumps$.pipe(map((): ReconcileReason => 'clock_jump')),
    ).subscribe((reason) => void this.#doubt(reason));
    // Never rejects: a connection that fails is a state of it.
    for (const connection of this.#connections) void connection.open();
  }

  /** A home that is not there is no trouble: its agent was never used. */
  get degraded(): Degradation[] {
    return this.#connections.flatMap(({ state }) => {
      if (state.state !== 'polling' && state.state !== 'retrying') return [];
      const remedy = state.state === 'polling' ? state.remedy : null;
      return [{ code: `watch_${state.state}`, message: `Session logs: ${state.reason}`, remedy }];
    });
  }

  /** First everything is watched, then what was missed until now is looked for. Never rejects: rechecking only looks. */
  async #doubt(reason: ReconcileReason): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.recheck()));
    this.#options.watchers.doubt(reason);
  }

  #connect(home: string, folders: readonly string[]): WatchConnection {
    const { settings, watchers } = this.#options;
    const root = toReal(home);
    return new WatchConnection({
      ...settings,
      root,
      entries: folders.map((folder) => ({ path: join(root, folder), kind: 'sessions' as const })),
      isIndexable: (path, kind) => kind === 'folder' || /\.jsonl?$/.test(path),
      scheduler: asyncScheduler,
      listener: {
        changed: ({ path }) => this.#note(join(home, path.slice(root.length))),
        sentinelTold: () => undefined,
        noticed: () => this.#raw.next(),
        headMoved: () => undefined,
        moved: () => undefined,
        mayHaveMissed: (reason) => watchers.doubt(reason),
        report: (error) => this.#report(error),
      },
    });
  }

  #note(path: string): void {
    this.#changes.next();
    if (this.#paths.size === 0) this.#firstMs = performance.now();
    this.#paths.add(path);
    this.#flushIn(Math.min(quietMs, this.#firstMs + longestMs - performance.now()));
  }

  #flushIn(ms: number): void {
    if (this.#stopping.signal.aborted) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, ms));
    this.#timer.unref();
  }

  /** One batch after another, so that a log that never rests is not queued many times over. */
  #flush(): void {
    this.#timer = null;
    this.#running = this.#running.then(() => this.#index());
  }

  /** What fails is tried again with what has come since (WT7). Never rejects. */
  async #index(): Promise<void> {
    const paths = this.#paths;
    this.#paths = new Set();
    if (paths.size === 0 || this.#stopping.signal.aborted) return;
    try {
      await this.#indexPaths([...paths]);
      this.#failures = 0;
    } catch (failure) {
      this.#report(failure);
      this.#failures += 1;
      this.#paths = new Set([...paths, ...this.#paths]);
      this.#flushIn(retryDelayMs(this.#failures));
    }
  }

  async #indexPaths(paths: readonly string[]): Promise<void> {
    const { db, sessions, watchers } = this.#options;
    if (paths.length > pathsAtMost) return await this.#doubt('storm');
    const failures: unknown[] = [];
    for (const project of watchers.here) {
      try {
        const owner = await loadSessionProject(db, project.id as ProjectId);
        if (owner === undefined) continue;
        const own = await ownsLogs(sessions, owner, paths, this.#stopping.signal);
        if (own.length > 0) await watchers.indexLogs(project, own);
      } catch (failure) {
        // One project's trouble is not the next one's.
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #report(failure: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.log.warn({ err: failure }, 'Watching session logs failed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#doubts.unsubscribe();
    for (const connection of this.#connections) await connection[Symbol.asyncDispose]();
    await this.#running;
  }
}

/** A home is often a link to where its owner keeps it; what lies below it never is. */
function toReal(home: string): string {
  try {
    return realpathSync(home);
  } catch {
    return home;
  }
}
