/** Hands the changes of a watched project over in batches, while its watch stands. */
import { lstatSync } from 'node:fs';
import { Subscription, firstValueFrom, timer, type Observable, type SchedulerLike } from 'rxjs';
import type { Clock } from '../../platform/clock.ts';
import { findGitDirs, isGitBusy } from '../../platform/git-watch.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import { dispatchBatches, type BatchNote, type Outcome } from './batches.ts';
import { HeadNews } from './head-news.ts';
import type { Batch, PendingChanges } from './pending-changes.ts';
import { wholeTree, type Unfinished } from './undone.ts';

export interface HandoverOptions {
  readonly root: string;
  readonly clock: Clock;
  readonly scheduler: SchedulerLike;
  readonly pending: PendingChanges;
  readonly changes$: Observable<TreeChange>;
  /** Whether the watch still stands on what it stood on; a batch of one that does not is dropped. */
  readonly inspect: () => boolean;
  /** `isHeadMoved`: the changes came with another commit (F6). */
  readonly dispatch: (batch: Batch, isHeadMoved: boolean) => Promise<Outcome>;
  /** Another commit came without changes. */
  readonly headChanged: () => void;
  readonly noted: (note: BatchNote) => void;
}

/** A reconcile pass lets what was heard go first, but does not wait for batches that fail or never end. */
const longestPauseMs = 5_000;
const pauseMs = 50;

export class Handover {
  readonly #options: HandoverOptions;
  readonly #head: HeadNews;
  #batches = Subscription.EMPTY;
  #underWay: Batch | null = null;
  #dispatching: Promise<Outcome> | null = null;
  #isHeld = () => false;
  #isEnded = false;

  constructor(options: HandoverOptions) {
    const { pending, scheduler, headChanged } = options;
    this.#options = options;
    this.#head = new HeadNews({
      scheduler,
      isChanging: () => pending.oldestAtMs !== null,
      tellAlone: headChanged,
    });
  }

  /** Does nothing when it runs already, or has ended. */
  start(): void {
    if (this.#isEnded || !this.#batches.closed) return;
    const { pending, scheduler, changes$, clock, root, noted } = this.#options;
    const git = findGitDirs(root);
    this.#isHeld = () => git !== null && isGitBusy(git, clock.now().getTime(), pending.isFlooded);
    const notes$ = dispatchBatches(changes$, {
      pending,
      scheduler,
      stamp: readStamp,
      isHeld: this.#isHeld,
      dispatch: (batch) => this.#dispatch(batch),
    });
    this.#batches = notes$.subscribe((note) => {
      this.#underWay = note.kind === 'dispatching' ? note.batch : null;
      noted(note);
    });
  }

  /** What waits is dropped, not lost: whatever starts the watch again begins with a reconcile pass. */
  stop(): void {
    this.#batches.unsubscribe();
    this.#options.pending.clear();
  }

  /** For good. What is under way finishes by itself. */
  end(): void {
    this.#isEnded = true;
    this.#batches.unsubscribe();
    this.#head.forget();
  }

  headMoved(): void {
    this.#head.moved();
  }

  unfinished(): Unfinished {
    const { paths, isWalk } = this.#options.pending;
    return { waiting: isWalk ? new Set([wholeTree]) : paths, underWay: this.#underWay };
  }

  /** Else a pass would find what is about to be indexed anyway, and have it indexed twice. */
  async settled(): Promise<void> {
    const { pending, scheduler } = this.#options;
    const latestMs = scheduler.now() + longestPauseMs;
    const isWaiting = () => this.#isHeld() || (pending.oldestAtMs !== null && scheduler.now() < latestMs);
    while (!this.#isEnded && (this.#dispatching !== null || isWaiting())) {
      // How a batch ends is noted elsewhere.
      await (this.#dispatching?.catch(() => undefined) ?? firstValueFrom(timer(pauseMs, scheduler)));
    }
  }

  async #dispatch(batch: Batch): Promise<Outcome> {
    if (!this.#options.inspect()) return { status: 'dropped' };
    const isHeadMoved = this.#head.take();
    this.#dispatching = this.#options.dispatch(batch, isHeadMoved);
    try {
      const outcome = await this.#dispatching;
      if (outcome.status !== 'done') this.#head.giveBack(isHeadMoved);
      return outcome;
    } catch (error) {
      this.#head.giveBack(isHeadMoved);
      throw error;
    } finally {
      this.#dispatching = null;
    }
  }
}

function readStamp(path: string): string | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : `${stats.size} ${stats.mtimeMs}`;
}
