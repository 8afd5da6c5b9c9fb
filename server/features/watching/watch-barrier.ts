/**
 * Proves that everything saved before a moment is in the index.
 *
 *     sentinel planted ──► watcher tells of it ──► what waited then is dispatched and done ──► crossed
 *           │ cannot be written, not told in time, polled, or changes may have been lost
 *           └──► a walk compares the disk with the index and mends what differs ──► crossed
 */
import { filter, firstValueFrom, map, merge, startWith, take, takeUntil, timer, type Observable } from 'rxjs';
import type { BatchNote } from './batches.ts';
import type { WatchState } from './watch-state.ts';
import { plantSentinel, removeSentinel, toSentinelPath } from './sentinel.ts';
import { Undone, type Unfinished } from './undone.ts';

export type Crossing =
  | { readonly kind: 'crossed'; readonly proof: 'sentinel' | 'walk' }
  | { readonly kind: 'blocked'; readonly reason: string };

export interface BarrierOptions {
  readonly state: () => WatchState;
  /** Folders that stand; each has a queue of its own, so each gets a sentinel. */
  readonly folders: () => readonly string[];
  /** The watcher tells in the order of the system. */
  readonly isOrdered: boolean;
  /** Changes may have been missed, and no pass has looked since. */
  readonly isDoubtful: () => boolean;
  /** Compares the disk with the index from now on, and mends it. */
  readonly walk: () => Promise<void>;
  readonly unfinished: () => Unfinished;
  readonly told$: Observable<string>;
  readonly notes$: Observable<BatchNote>;
  /** Speaks after whatever may have changed what is unfinished, and when the watch moves to another state. */
  readonly moves$: Observable<void>;
}

/** Told within a millisecond when all is well; a busy event loop takes longer. */
const sentinelMs = 2_000;

export class WatchBarrier {
  readonly #options: BarrierOptions;

  constructor(options: BarrierOptions) {
    this.#options = options;
  }

  /** Resolves when it is crossed or cannot be; what was saved before the call is meant. */
  async cross(): Promise<Crossing> {
    const blocked = this.#findBlock();
    if (blocked !== null) return blocked;
    const { isOrdered, state, isDoubtful } = this.#options;
    const isTold = isOrdered && state().state === 'watching' && (await this.#passSentinels());
    // Looked at once the sentinels are through: what was lost before them is known by then.
    if (isTold && !isDoubtful()) return await this.#drain();
    try {
      await this.#options.walk();
    } catch (failure) {
      return { kind: 'blocked', reason: failure instanceof Error ? failure.message : String(failure) };
    }
    return this.#findBlock() ?? { kind: 'crossed', proof: 'walk' };
  }

  #findBlock(): Crossing | null {
    const state = this.#options.state();
    if (state.state === 'watching' || state.state === 'polling') return null;
    const reason = 'reason' in state ? state.reason : `The watch is ${state.state}.`;
    return { kind: 'blocked', reason };
  }

  async #passSentinels(): Promise<boolean> {
    const paths = this.#options.folders().map(toSentinelPath);
    if (paths.length === 0) return false;
    const untold = new Set(paths);
    const told = firstValueFrom(
      this.#options.told$.pipe(
        filter((path) => untold.delete(path) && untold.size === 0),
        takeUntil(timer(sentinelMs)),
        map(() => true),
      ),
      { defaultValue: false },
    );
    try {
      const planted = await Promise.all(paths.map(plantSentinel));
      return planted.every(Boolean) && (await told);
    } finally {
      await Promise.all(paths.map(removeSentinel));
    }
  }

  /** Whatever came before the sentinels is unfinished now, or in the index. */
  async #drain(): Promise<Crossing> {
    const { notes$, moves$, unfinished } = this.#options;
    const undone = new Undone(unfinished());
    const noted$ = notes$.pipe(
      map((note): Crossing | null => {
        if (note.kind === 'dispatching') undone.dispatching(note.batch);
        else undone.dispatched(note.batch, note.outcome.status === 'done');
        const isDropped = note.kind === 'dispatched' && note.outcome.status === 'dropped';
        return isDropped ? { kind: 'blocked', reason: 'The watched folders are not what they were.' } : null;
      }),
    );
    return await firstValueFrom(
      merge(noted$, moves$.pipe(map(() => null))).pipe(
        startWith(null),
        map((dropped): Crossing | null => {
          // First of all: a watch that halts forgets what waited, which must not look as if it were done.
          const block = dropped ?? this.#findBlock();
          if (block !== null) return block;
          undone.compare(unfinished());
          return undone.size === 0 ? { kind: 'crossed', proof: 'sentinel' } : null;
        }),
        filter((crossing) => crossing !== null),
        take(1),
      ),
      { defaultValue: { kind: 'blocked', reason: 'The watch has ended.' } },
    );
  }
}
