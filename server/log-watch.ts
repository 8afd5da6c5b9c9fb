/** Follows the folders in which agents keep their logs, and has each project index what was appended to its own (WT1). */
import { join } from 'node:path';
import { merge, type Subscription } from 'rxjs';
import type { Db } from './db/open.ts';
import { ownsLogs } from './features/sessions/log-ownership.ts';
import type { SessionTools } from './features/sessions/session-tools.ts';
import type { Logger } from './platform/logger.ts';
import { watchTree, type TreeWatch } from './platform/watcher.ts';
import { loadSessionProject } from './session-keeper.ts';
import type { ProjectId } from '../shared/ids.ts';
import type { Watchers } from './watchers.ts';

interface LogWatchOptions {
  readonly db: Db;
  readonly sessions: SessionTools;
  readonly watchers: Pick<Watchers, 'here' | 'indexLogs'>;
  readonly log: Logger;
}

/** An agent writes several lines a second: they are indexed together. */
const quietMs = 300;
const longestMs = 1_500;
/** More than these are looked for by a walk of the folders. */
const pathsAtMost = 500;

export class LogWatch implements AsyncDisposable {
  readonly #options: LogWatchOptions;
  readonly #watch: TreeWatch;
  readonly #subscription: Subscription;
  readonly #stopping = new AbortController();
  readonly #paths = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #firstMs = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LogWatchOptions) {
    this.#options = options;
    const { claude, codex } = options.sessions.homes;
    this.#watch = watchTree({
      entries: [join(claude, 'projects'), join(codex, 'sessions'), join(codex, 'archived_sessions')],
      isIgnored: (path, kind) => kind === 'file' && !/\.jsonl?$/.test(path),
      pollMs: null,
    });
    this.#subscription = merge(this.#watch.changes$, this.#watch.entries$).subscribe(({ path }) =>
      this.#note(path),
    );
    this.#watch.ready.catch((failure: unknown) => this.#report(failure));
  }

  #note(path: string): void {
    if (this.#paths.size === 0) this.#firstMs = performance.now();
    this.#paths.add(path);
    if (this.#timer !== null) clearTimeout(this.#timer);
    const leftMs = this.#firstMs + longestMs - performance.now();
    this.#timer = setTimeout(() => this.#flush(), Math.max(0, Math.min(quietMs, leftMs)));
    this.#timer.unref();
  }

  /** One batch after another, so that a log that never rests is not queued many times over. */
  #flush(): void {
    this.#timer = null;
    this.#running = this.#running
      .then(() => this.#index())
      .catch((failure: unknown) => this.#report(failure));
  }

  async #index(): Promise<void> {
    const paths = [...this.#paths];
    this.#paths.clear();
    if (paths.length === 0 || this.#stopping.signal.aborted) return;
    const { db, sessions, watchers } = this.#options;
    for (const project of watchers.here) {
      const owner = await loadSessionProject(db, project.id as ProjectId);
      if (owner === undefined) continue;
      const own = await ownsLogs(sessions, owner, paths, this.#stopping.signal);
      if (own.length > 0) await watchers.indexLogs(project, own.slice(0, pathsAtMost));
    }
  }

  #report(failure: unknown): void {
    if (this.#stopping.signal.aborted) return;
    this.#options.log.warn({ err: failure }, 'Watching session logs failed');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#subscription.unsubscribe();
    await this.#watch[Symbol.asyncDispose]();
    await this.#running;
  }
}
