/** Watches one project: hands its changes over in batches, and says when the index must be compared with the disk. */
import { lstatSync } from 'node:fs';
import {
  EMPTY,
  Subject,
  Subscription,
  asyncScheduler,
  firstValueFrom,
  interval,
  merge,
  share,
  map,
  timer,
  type SchedulerLike,
} from 'rxjs';
import type { ProjectId } from '../../../shared/ids.ts';
import type { WatchStatus } from '../../../shared/views/status.ts';
import { systemClock, type Clock } from '../../platform/clock.ts';
import { findGitDirs, isGitBusy } from '../../platform/git-watch.ts';
import type { LoopMonitor } from '../../platform/loop-monitor.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import type { OpenSource } from '../../platform/watcher.ts';
import { dispatchBatches, type BatchNote, type Outcome } from './batches.ts';
import type { IsIndexable } from './entry-inspector.ts';
import { PendingChanges, type Batch } from './pending-changes.ts';
import { Reconciler, type ReconcileReason } from './reconciler.ts';
import { stormRaw, stormsOver, toTicks } from './ticks.ts';
import { wholeTree, type Unfinished } from './undone.ts';
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
/** A reconcile pass lets what was heard go first, but does not wait for batches that fail or never end. */
const longestPauseMs = 5_000;
const pauseMs = 50;
const headWithBatchMs = 1_000;

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
  readonly #barrier: WatchBarrier;
  readonly #subscriptions = new Subscription();
  #batches = Subscription.EMPTY;
  #facts = noFacts;
  #isTroubled = false;
  #underWay: Batch | null = null;
  /** Notifications since the last tick, and whether there were too many and no pass has followed. */
  #raws = 0;
  #isStormy = false;
  #dispatching: Promise<Outcome> | null = null;
  /** To be told with the next batch: a checkout is one operation. */
  #isHeadMoved = false;
  #isHeld = () => false;
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
        await this.#batchesHandedOver();
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
        headMoved: () => this.#headMoved(),
        moved: (before, after) => this.#moved(before, after),
        mayHaveMissed: (reason) => this.#reconciler.ask(reason),
        report: (error) => callbacks.report(error),
      },
    });
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

  #createBarrier(): WatchBarrier {
    return new WatchBarrier({
      state: () => this.#connection.state,
      folders: () => this.#connection.standingPaths(),
      // Elsewhere each folder may have a queue of its own.
      isOrdered: process.platform === 'linux',
      isDoubtful: () => this.#isStormy || !this.#reconciler.isSettled,
      walk: () => this.#walk(),
      unfinished: () => this.#unfinished(),
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

  #unfinished(): Unfinished {
    const { paths, isWalk } = this.#pending;
    return { waiting: isWalk ? new Set([wholeTree]) : paths, underWay: this.#underWay };
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
    if (after.state === 'halted' || after.state === 'off') this.#stopBatches();
    else if (this.#batches.closed) this.#batches = this.#startBatches();

    this.#moves.next();
    const draft = toStateEvent(before, after, this.#isTroubled, this.#connection.watchPaths());
    if (draft === null) return;
    this.#isTroubled = draft.type === 'watch:degraded';
    this.#guard(() => this.#options.callbacks.emit(draft));
  }

  /** What waits is dropped, not lost: whatever starts the watch again begins with a reconcile pass. */
  #stopBatches(): void {
    this.#batches.unsubscribe();
    this.#pending.clear();
    this.#note({ kind: 'dropped' });
  }

  #startBatches(): Subscription {
    const git = findGitDirs(this.#options.root);
    this.#isHeld = () => git !== null && isGitBusy(git, this.#clock.now().getTime(), this.#pending.isFlooded);
    const notes$ = dispatchBatches(this.#changes, {
      pending: this.#pending,
      scheduler: this.#scheduler,
      stamp: readStamp,
      isHeld: this.#isHeld,
      dispatch: (batch) => this.#dispatch(batch),
    });
    return notes$.subscribe((note) => this.#noteBatch(note));
  }

  async #dispatch(batch: Batch): Promise<Outcome> {
    const { root, callbacks } = this.#options;
    if (!this.#connection.inspect()) return { status: 'dropped' };
    this.#guard(() => callbacks.emit(toBatchEvent(batch, root)));
    const isHeadMoved = this.#isHeadMoved;
    this.#isHeadMoved = false;
    this.#dispatching = callbacks.dispatch(batch, isHeadMoved);
    try {
      const outcome = await this.#dispatching;
      if (outcome.status !== 'done') this.#isHeadMoved ||= isHeadMoved;
      return outcome;
    } catch (error) {
      this.#isHeadMoved ||= isHeadMoved;
      throw error;
    } finally {
      this.#dispatching = null;
    }
  }

  /** Alone it is told at once; among changes it goes with them, or alone once there are none. */
  #headMoved(): void {
    if (this.#pending.oldestAtMs === null) return this.#guard(() => this.#options.callbacks.headChanged());
    if (this.#isHeadMoved) return;
    this.#isHeadMoved = true;
    this.#tellHeadLater();
  }

  #tellHeadLater(): void {
    const look = timer(headWithBatchMs, this.#scheduler).subscribe(() => {
      this.#subscriptions.remove(look);
      if (!this.#isHeadMoved) return;
      if (this.#pending.oldestAtMs !== null) return this.#tellHeadLater();
      this.#isHeadMoved = false;
      this.#guard(() => this.#options.callbacks.headChanged());
    });
    this.#subscriptions.add(look);
  }

  /** Else a pass would find what is about to be indexed anyway, and have it indexed twice. */
  async #batchesHandedOver(): Promise<void> {
    const latestMs = this.#scheduler.now() + longestPauseMs;
    const isWaiting = () =>
      this.#isHeld() || (this.#pending.oldestAtMs !== null && this.#scheduler.now() < latestMs);
    while (!this.#isClosed && (this.#dispatching !== null || isWaiting())) {
      // How a batch ends is noted elsewhere.
      await (this.#dispatching?.catch(() => undefined) ?? firstValueFrom(timer(pauseMs, this.#scheduler)));
    }
  }

  #noteBatch(note: BatchNote): void {
    this.#underWay = note.kind === 'dispatching' ? note.batch : null;
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

function readStamp(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.size} ${stats.mtimeMs}`;
}
