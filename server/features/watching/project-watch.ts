/** Watches one project: hands its changes over in batches, and says when the index must be compared with the disk. */
import {
  EMPTY,
  Subject,
  Subscription,
  asyncScheduler,
  interval,
  merge,
  share,
  map,
  type SchedulerLike,
} from 'rxjs';
import type { ProjectId } from '../../../shared/ids.ts';
import type { WatchStatus } from '../../../shared/views/status.ts';
import { systemClock, type Clock } from '../../platform/clock.ts';
import type { LoopMonitor } from '../../platform/loop-monitor.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import type { OpenSource } from '../../platform/watcher.ts';
import type { BatchNote, Outcome } from './batches.ts';
import type { IsIndexable } from './entry-inspector.ts';
import { Handover } from './handover.ts';
import { PendingChanges, type Batch } from './pending-changes.ts';
import { Reconciler, type ReconcileReason } from './reconciler.ts';
import { stormRaw, stormsOver, toTicks } from './ticks.ts';
import { WatchBarrier, type Crossing } from './watch-barrier.ts';
import { WatchConnection, type WatchEntry } from './watch-connection.ts';
import { toBatchEvent, toStateEvent, type WatchEventDraft } from './watch-events.ts';
import { foldFact, noFacts, toWatchStatus, type WatchFact } from './watch-facts.ts';
import type { WatchState } from './watch-state.ts';

export interface WatchSettings {
  readonly quietMs: number;
  readonly maxMs: number;
  readonly pollMs: number;
  /** How often polling tries the native watch again. */
  readonly nativeAgainMs: number;
  /** 0 for never. */
  readonly reconcileIntervalS: number;
}

export interface WatchCallbacks {
  /** `isHeadMoved`: the changes came with another commit (F6). */
  dispatch(batch: Batch, isHeadMoved: boolean): Promise<Outcome>;
  reconcile(reason: ReconcileReason): Promise<{ repaired: number }>;
  /** Another commit is checked out, which may date files that did not change (GD5). */
  headChanged(): void;
  emit(draft: WatchEventDraft): void;
  /** Something that was called failed: it is told, and the watch goes on. */
  report(error: unknown): void;
}

export interface ProjectWatchOptions {
  readonly projectId: ProjectId;
  /** Absolute and real: where the project's paths are shown from. */
  readonly root: string;
  readonly entries: readonly WatchEntry[];
  /** The filter of discovery, asked with absolute paths; false for a folder leaves it out with all below. */
  readonly isIndexable: IsIndexable;
  readonly settings: WatchSettings;
  readonly callbacks: WatchCallbacks;
  readonly loop: Pick<LoopMonitor, 'stalls$' | 'jumps$'>;
  readonly clock?: Clock;
  readonly scheduler?: SchedulerLike;
  readonly openSource?: OpenSource;
}

export interface ProjectWatch extends AsyncDisposable {
  readonly projectId: ProjectId;
  status(): WatchStatus;
  /** What a person can do about a watch that is degraded. */
  remedy(): string | null;
  /** Changes may have been missed, for a reason from outside. */
  doubt(reason: ReconcileReason): void;
  setEntries(entries: readonly WatchEntry[]): Promise<void>;
  /** Resolves when everything saved before the call is in the index, or when that cannot be known. */
  cross(): Promise<Crossing>;
}

/** Resolves once the watch stands, or is known not to: `status()` says which. */
export async function openProjectWatch(options: ProjectWatchOptions): Promise<ProjectWatch> {
  const watch = new ProjectWatcher(options);
  await watch.open();
  return watch;
}

const deletionQuietMs = 500;
const maxPaths = 10_000;

class ProjectWatcher implements ProjectWatch {
  readonly projectId: ProjectId;
  readonly #options: ProjectWatchOptions;
  readonly #clock: Clock;
  readonly #scheduler: SchedulerLike;
  readonly #connection: WatchConnection;
  readonly #pending: PendingChanges;
  readonly #reconciler: Reconciler;
  readonly #changes = new Subject<TreeChange>();
  readonly #raw = new Subject<void>();
  readonly #sentinels = new Subject<string>();
  readonly #notes = new Subject<BatchNote>();
  readonly #moves = new Subject<void>();
  readonly #handover: Handover;
  readonly #barrier: WatchBarrier;
  readonly #subscriptions = new Subscription();
  #facts = noFacts;
  #isTroubled = false;
  /** Notifications since the last tick, and whether there were too many and no pass has followed. */
  #raws = 0;
  #isStormy = false;
  /** Folders may have come unheard, and so be unwatched. */
  #isDeaf = false;
  #isClosed = false;

  constructor(options: ProjectWatchOptions) {
    const { settings, callbacks } = options;
    this.projectId = options.projectId;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#scheduler = options.scheduler ?? toScheduler(this.#clock);
    this.#pending = new PendingChanges({ ...settings, deletionQuietMs, maxPaths });
    this.#reconciler = new Reconciler({
      scheduler: this.#scheduler,
      reconcile: async (reason) => {
        await this.#handover.settled();
        if (this.#isClosed) throw new Error('The watch has ended.');
        await this.#hearAgain();
        return await callbacks.reconcile(reason);
      },
      completed: (reason, repaired) => this.#note({ kind: 'reconciled', reason, repaired }),
      failed: (error) => callbacks.report(error),
    });
    this.#connection = new WatchConnection({
      ...options,
      pollMs: settings.pollMs,
      nativeAgainMs: settings.nativeAgainMs,
      scheduler: this.#scheduler,
      listener: {
        changed: (change) => this.#changes.next(change),
        sentinelTold: (path) => this.#sentinels.next(path),
        noticed: () => this.#raw.next(),
        headMoved: () => this.#handover.headMoved(),
        moved: (before, after) => this.#moved(before, after),
        mayHaveMissed: (reason) => this.#reconciler.ask(reason),
        report: (error) => callbacks.report(error),
      },
    });
    this.#handover = this.#createHandover();
    this.#barrier = this.#createBarrier();
  }

  async open(): Promise<void> {
    const ticks$ = toTicks(this.#raw, this.#changes, this.#scheduler).pipe(share());
    this.#subscriptions.add(this.#raw.subscribe(() => (this.#isStormy ||= ++this.#raws > stormRaw)));
    this.#subscriptions.add(
      ticks$.subscribe((tick) => {
        this.#raws = 0;
        this.#note({ kind: 'ticked', ...tick });
      }),
    );
    this.#subscriptions.add(this.#doubts(ticks$).subscribe((reason) => this.#askReconcile(reason)));
    await this.#connection.open();
  }

  status(): WatchStatus {
    const nowMs = this.#clock.now().getTime();
    const pendingSince = this.#pending.oldestAtMs;
    return toWatchStatus(
      {
        state: this.#connection.state,
        facts: this.#facts,
        watchPaths: this.#connection.watchPaths(),
        missingPaths: this.#connection.missingPaths(),
        pendingChanges: this.#pending.size,
        oldestPendingAt: pendingSince === null ? null : nowMs - (this.#scheduler.now() - pendingSince),
      },
      nowMs,
    );
  }

  cross(): Promise<Crossing> {
    return this.#barrier.cross();
  }

  #createHandover(): Handover {
    const { root, callbacks } = this.#options;
    return new Handover({
      root,
      clock: this.#clock,
      scheduler: this.#scheduler,
      pending: this.#pending,
      changes$: this.#changes,
      inspect: () => this.#connection.inspect(),
      dispatch: (batch, isHeadMoved) => {
        this.#guard(() => callbacks.emit(toBatchEvent(batch, root)));
        return callbacks.dispatch(batch, isHeadMoved);
      },
      headChanged: () => this.#guard(() => callbacks.headChanged()),
      noted: (note) => this.#noteBatch(note),
    });
  }

  #createBarrier(): WatchBarrier {
    return new WatchBarrier({
      state: () => this.#connection.state,
      folders: () => this.#connection.standingPaths(),
      // Elsewhere each folder may have a queue of its own.
      isOrdered: process.platform === 'linux',
      isDoubtful: () => this.#isStormy || !this.#reconciler.isSettled,
      walk: () => this.#walk(),
      unfinished: () => this.#handover.unfinished(),
      told$: this.#sentinels,
      notes$: this.#notes,
      moves$: merge(this.#moves, this.#changes.pipe(map(() => undefined))),
    });
  }

  /** A folder that is not there has nothing that differs, which proves nothing. */
  async #walk(): Promise<void> {
    await this.#reconciler.pass('freshness');
    if (!this.#connection.inspect()) throw new Error('The watched folders are not what they were.');
  }

  remedy(): string | null {
    const { state } = this.#connection;
    return state.state === 'polling' ? state.remedy : null;
  }

  doubt(reason: ReconcileReason): void {
    this.#askReconcile(reason);
  }

  setEntries(entries: readonly WatchEntry[]): Promise<void> {
    return this.#connection.setEntries(entries);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#handover.end();
    this.#subscriptions.unsubscribe();
    this.#reconciler.forget();
    for (const subject of [this.#sentinels, this.#notes, this.#moves]) subject.complete();
    await this.#connection[Symbol.asyncDispose]();
  }

  /** Whatever makes it doubtful that every change was heard of (WT8). */
  #doubts(ticks$: ReturnType<typeof toTicks>) {
    const { loop, settings } = this.#options;
    const everyMs = settings.reconcileIntervalS * 1000;
    return merge(
      stormsOver(ticks$, this.#scheduler).pipe(map((): ReconcileReason => 'storm')),
      loop.stalls$.pipe(map((): ReconcileReason => 'event_loop_stall')),
      loop.jumps$.pipe(map((): ReconcileReason => 'clock_jump')),
      (everyMs > 0 ? interval(everyMs, this.#scheduler) : EMPTY).pipe(map((): ReconcileReason => 'interval')),
    );
  }

  /** Without a watch that stands there is nothing to doubt: its return begins with a pass of its own. */
  #askReconcile(reason: ReconcileReason): void {
    if (reason === 'storm') this.#isStormy = false;
    if (!this.#connection.isStanding) return;
    this.#isDeaf = true;
    this.#reconciler.ask(reason);
  }

  async #hearAgain(): Promise<void> {
    if (!this.#isDeaf) return;
    this.#isDeaf = false;
    await this.#connection.recheck();
  }

  #moved(before: WatchState, after: WatchState): void {
    if (after.state === 'halted' || after.state === 'off') {
      this.#handover.stop();
      this.#note({ kind: 'dropped' });
    } else this.#handover.start();

    this.#moves.next();
    const draft = toStateEvent(before, after, this.#isTroubled, this.#connection.watchPaths());
    if (draft === null) return;
    this.#isTroubled = draft.type === 'watch:degraded';
    this.#guard(() => this.#options.callbacks.emit(draft));
  }

  #noteBatch(note: BatchNote): void {
    this.#notes.next(note);
    if (note.kind === 'dispatching') return this.#note({ kind: 'attempted' });
    if (note.outcome.status === 'failed') this.#note({ kind: 'failed', error: note.outcome.error });
    if (note.outcome.status !== 'done') return;
    const changes = note.batch.kind === 'paths' ? note.batch.changes.length : 0;
    this.#note({ kind: 'succeeded', changes });
  }

  #note(fact: WatchFact): void {
    this.#facts = foldFact(this.#facts, fact, this.#clock.now().getTime());
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.callbacks.report(error);
    }
  }
}

/** Timers of RxJS on the clock that is never set: a jump of the wall must not stretch a quiet to hours (F9). */
function toScheduler(clock: Clock): SchedulerLike {
  return {
    now: () => clock.monotonicMs(),
    schedule: (...timed: Parameters<SchedulerLike['schedule']>) => asyncScheduler.schedule(...timed),
  };
}
