/** Watches one project: hands its changes over in batches, and says when the index must be compared with the disk. */
import { lstatSync } from 'node:fs';
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
import { findGitDirs, isGitBusy } from '../../platform/git-watch.ts';
import type { LoopMonitor } from '../../platform/loop-monitor.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import type { OpenSource } from '../../platform/watcher.ts';
import { dispatchBatches, type BatchNote, type Outcome } from './batches.ts';
import type { IsIndexable } from './entry-inspector.ts';
import { PendingChanges, type Batch } from './pending-changes.ts';
import { Reconciler, type ReconcileReason } from './reconciler.ts';
import { stormsOver, toTicks } from './ticks.ts';
import { WatchConnection, type WatchEntry } from './watch-connection.ts';
import { toBatchEvent, toStateEvent, type WatchEventDraft } from './watch-events.ts';
import { foldFact, noFacts, toWatchStatus, type WatchFact } from './watch-facts.ts';
import type { WatchState } from './watch-state.ts';

export interface WatchSettings {
  readonly quietMs: number;
  readonly maxMs: number;
  readonly pollMs: number;
  /** 0 for never. */
  readonly reconcileIntervalS: number;
}

export interface WatchCallbacks {
  dispatch(batch: Batch): Promise<Outcome>;
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
  setEntries(entries: readonly WatchEntry[]): Promise<void>;
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
  readonly #subscriptions = new Subscription();
  #batches = Subscription.EMPTY;
  #facts = noFacts;
  #isTroubled = false;

  constructor(options: ProjectWatchOptions) {
    const { settings, callbacks } = options;
    this.projectId = options.projectId;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#scheduler = options.scheduler ?? toScheduler(this.#clock);
    this.#pending = new PendingChanges({ ...settings, deletionQuietMs, maxPaths });
    this.#reconciler = new Reconciler({
      reconcile: (reason) => callbacks.reconcile(reason),
      completed: (reason, repaired) => this.#note({ kind: 'reconciled', reason, repaired }),
      failed: (error) => callbacks.report(error),
    });
    this.#connection = new WatchConnection({
      ...options,
      pollMs: settings.pollMs,
      scheduler: this.#scheduler,
      listener: {
        changed: (change) => this.#changes.next(change),
        noticed: () => this.#raw.next(),
        headMoved: () => this.#guard(() => callbacks.headChanged()),
        moved: (before, after) => this.#moved(before, after),
        mayHaveMissed: (reason) => this.#reconciler.ask(reason),
        report: (error) => callbacks.report(error),
      },
    });
  }

  async open(): Promise<void> {
    const ticks$ = toTicks(this.#raw, this.#changes, this.#scheduler).pipe(share());
    this.#subscriptions.add(ticks$.subscribe((tick) => this.#note({ kind: 'ticked', ...tick })));
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

  setEntries(entries: readonly WatchEntry[]): Promise<void> {
    return this.#connection.setEntries(entries);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#subscriptions.unsubscribe();
    this.#reconciler.forget();
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
    if (this.#connection.recheck()) this.#reconciler.ask(reason);
  }

  #moved(before: WatchState, after: WatchState): void {
    if (after.state === 'halted' || after.state === 'off') this.#stopBatches();
    else if (this.#batches.closed) this.#batches = this.#startBatches();

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
    const notes$ = dispatchBatches(this.#changes, {
      pending: this.#pending,
      scheduler: this.#scheduler,
      stamp: readStamp,
      isHeld: () => git !== null && isGitBusy(git, this.#clock.now().getTime()),
      dispatch: (batch) => this.#dispatch(batch),
    });
    return notes$.subscribe((note) => this.#noteBatch(note));
  }

  async #dispatch(batch: Batch): Promise<Outcome> {
    const { root, callbacks } = this.#options;
    if (!this.#connection.inspect()) return { status: 'dropped' };
    this.#guard(() => callbacks.emit(toBatchEvent(batch, root)));
    return callbacks.dispatch(batch);
  }

  #noteBatch(note: BatchNote): void {
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
