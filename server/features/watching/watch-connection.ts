/** Keeps one project connected to the disk: natively, else by polling, again after a crash, and not without its folders. */
import { Subscription, interval, timer, type SchedulerLike } from 'rxjs';
import { findEventlessFileSystem } from '../../platform/eventless.ts';
import type { WatchFailure } from '../../platform/watch-failure.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import type { OpenSource } from '../../platform/watcher.ts';
import { EntryInspector, type IsIndexable } from './entry-inspector.ts';
import type { ReconcileReason } from './reconciler.ts';
import { openWatchSession, type WatchSession } from './watch-session.ts';
import { nextState, restartDelayMs, type WatchEvent, type WatchState } from './watch-state.ts';

export interface WatchEntry {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'docs' | 'progress' | 'sessions';
}

export interface ConnectionOptions {
  readonly root: string;
  readonly entries: readonly WatchEntry[];
  readonly isIndexable: IsIndexable;
  readonly pollMs: number;
  /** How often polling tries the native watch again. */
  readonly nativeAgainMs: number;
  readonly scheduler: SchedulerLike;
  readonly openSource?: OpenSource;
  readonly listener: ConnectionListener;
}

export interface ConnectionListener {
  changed(change: TreeChange): void;
  sentinelTold(path: string): void;
  noticed(): void;
  headMoved(): void;
  moved(before: WatchState, after: WatchState): void;
  /** Changes may have been missed until now. */
  mayHaveMissed(reason: ReconcileReason): void;
  report(error: unknown): void;
}

const inspectMs = 10_000;

export class WatchConnection implements AsyncDisposable {
  readonly #options: ConnectionOptions;
  readonly #inspections = new Subscription();
  #again = Subscription.EMPTY;
  #entries: readonly WatchEntry[];
  #inspector: EntryInspector;
  #state: WatchState = { state: 'off' };
  #session: WatchSession | null = null;
  /** Opening and closing happen one after the other. */
  #steps: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#entries = options.entries;
    this.#inspector = this.#createInspector();
  }

  get state(): WatchState {
    return this.#state;
  }

  watchPaths(): string[] {
    return this.#entries.map(({ path }) => path);
  }

  /** What people write and the watch hears of now. */
  standingPaths(): string[] {
    const missing = new Set(this.missingPaths());
    return this.#entries
      .filter(({ path, kind }) => kind !== 'sessions' && !missing.has(path))
      .map(({ path }) => path);
  }

  missingPaths(): string[] {
    return this.#session?.missing() ?? [];
  }

  get isStanding(): boolean {
    return this.#session !== null;
  }

  /** Notifications may have been lost: afterwards everything that is there is watched. */
  async recheck(): Promise<void> {
    await this.#session?.recheck();
  }

  /** Resolves once the watch stands, or is known not to. */
  async open(): Promise<void> {
    this.#move({ kind: 'turned-on' });
    this.#inspections.add(interval(inspectMs, this.#options.scheduler).subscribe(() => this.inspect()));
    await this.#step(() => this.#connectUnlessLost('turned_on'));
  }

  setEntries(entries: readonly WatchEntry[]): Promise<void> {
    return this.#step(async () => {
      this.#entries = entries;
      this.#inspector = this.#createInspector();
      this.#move({ kind: 'source-back' });
      await this.#connectUnlessLost('entries_changed');
    });
  }

  /** Are the folders what they were? If not, the watch halts, and looks again until they are (WT11). */
  inspect(): boolean {
    const loss = this.#inspector.look();
    const isHalted = this.#state.state === 'halted';
    if (loss !== null && !isHalted) void this.#step(() => this.#halt(loss));
    if (loss === null && isHalted) void this.#step(() => this.#comeBack());
    return loss === null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#move({ kind: 'turned-off' });
    this.#again.unsubscribe();
    this.#inspections.unsubscribe();
    await this.#step(() => this.#replaceSession(null));
  }

  async #connectUnlessLost(reason: ReconcileReason): Promise<void> {
    const loss = this.#inspector.look();
    await (loss === null ? this.#connect(reason) : this.#halt(loss));
  }

  async #connect(reason: ReconcileReason): Promise<void> {
    if (this.#state.state === 'off' || this.#state.state === 'halted') return;
    const eventless = await findEventlessFileSystem(this.#options.root);
    if (eventless !== null) return this.#poll(`${eventless} does not tell of changes.`, null, reason);

    const opened = await this.#openSession(null);
    if ('kind' in opened) return this.#failed(opened, reason);
    await this.#adopt(opened, { kind: 'connected' }, reason);
  }

  async #poll(why: string, remedy: string | null, reason: ReconcileReason): Promise<void> {
    const opened = await this.#openSession(this.#options.pollMs);
    if ('kind' in opened) return this.#crashed(opened.reason);
    await this.#adopt(opened, { kind: 'degraded', reason: why, remedy }, reason);
    this.#tryNativeLater();
  }

  async #adopt(session: WatchSession, event: WatchEvent, reason: ReconcileReason): Promise<void> {
    await this.#replaceSession(session);
    session.errors$.subscribe((failure) => void this.#step(() => this.#broke(session, failure)));
    this.#move(event);
    if (this.#state.state !== 'off') this.#options.listener.mayHaveMissed(reason);
  }

  /** No native session could be opened. Polling, if there is one, goes on meanwhile. */
  async #failed(failure: WatchFailure, reason: ReconcileReason): Promise<void> {
    if (this.#state.state === 'polling' && this.#session !== null) return this.#tryNativeLater();
    if (failure.kind === 'limit') return this.#poll(failure.reason, failure.remedy, reason);
    await this.#crashed(failure.reason);
  }

  /** The session that stood broke down. */
  async #broke(session: WatchSession, failure: WatchFailure): Promise<void> {
    if (this.#session !== session) return;
    await this.#replaceSession(null);
    if (failure.kind === 'limit' && this.#state.state !== 'polling') {
      return this.#poll(failure.reason, failure.remedy, 'watcher_degraded');
    }
    await this.#crashed(failure.reason);
  }

  async #crashed(why: string): Promise<void> {
    await this.#replaceSession(null);
    this.#move({ kind: 'crashed', reason: why });
    if (this.#state.state !== 'retrying') return;
    this.#later(restartDelayMs(this.#state.attempt), () => this.#connect('watcher_restarted'));
  }

  async #halt(why: string): Promise<void> {
    this.#move({ kind: 'source-lost', reason: why });
    this.#again.unsubscribe();
    await this.#replaceSession(null);
  }

  async #comeBack(): Promise<void> {
    if (this.#state.state !== 'halted') return;
    this.#move({ kind: 'source-back' });
    await this.#connect('source_back');
  }

  #openSession(pollMs: number | null): Promise<WatchSession | WatchFailure> {
    const { root, isIndexable, openSource, listener } = this.#options;
    return openWatchSession({
      root,
      isIndexable,
      pollMs,
      entries: this.watchPaths(),
      listener: {
        changed: (change) => {
          if (change.change !== 'deleted') this.#inspector.note(change.path);
          listener.changed(change);
        },
        sentinelTold: (path) => listener.sentinelTold(path),
        noticed: () => listener.noticed(),
        headMoved: () => listener.headMoved(),
        entryChanged: ({ change }) => {
          if (this.inspect() && change === 'appeared') listener.mayHaveMissed('entry_appeared');
        },
      },
      ...(openSource !== undefined && { openSource }),
    });
  }

  async #replaceSession(session: WatchSession | null): Promise<void> {
    const before = this.#session;
    this.#session = session;
    await before?.[Symbol.asyncDispose]();
  }

  #tryNativeLater(): void {
    this.#later(this.#options.nativeAgainMs, () => this.#connect('watcher_recovered'));
  }

  #later(delayMs: number, step: () => Promise<void>): void {
    this.#again.unsubscribe();
    this.#again = timer(delayMs, this.#options.scheduler).subscribe(() => void this.#step(step));
  }

  #move(event: WatchEvent): void {
    const before = this.#state;
    this.#state = nextState(before, event);
    if (this.#state !== before) this.#options.listener.moved(before, this.#state);
  }

  /** Never rejects: what a step throws is a crash of the watcher. */
  #step(step: () => Promise<void>): Promise<void> {
    this.#steps = this.#steps.then(step).catch((error: unknown) => {
      this.#options.listener.report(error);
      return this.#crashed(error instanceof Error ? error.message : String(error));
    });
    return this.#steps;
  }

  /** Agents clean their own log folders away (DX17); only what people write halts the watch. */
  #createInspector(): EntryInspector {
    const guarded = this.#entries.filter(({ kind }) => kind !== 'sessions').map(({ path }) => path);
    return new EntryInspector(this.#options.root, guarded, this.#options.isIndexable);
  }
}
