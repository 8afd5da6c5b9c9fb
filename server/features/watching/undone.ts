/** Which of the changes that were known at one moment are not in the index yet. */
import type { Batch } from './pending-changes.ts';

/** Stands for the walk that takes the place of too many paths. */
export const wholeTree = '*';

/** What waits and what is under way, by path, as they are now. */
export interface Unfinished {
  readonly waiting: ReadonlySet<string>;
  readonly underWay: Batch | null;
}

export class Undone {
  /** Those that waited: a later batch has to carry each of them. */
  #waiting: ReadonlySet<string>;
  /** Those that a batch carries at this moment, under way to the index. */
  #carried: ReadonlySet<string>;

  constructor({ waiting, underWay }: Unfinished) {
    this.#waiting = waiting;
    this.#carried = underWay === null ? new Set() : keysOf(underWay);
  }

  get size(): number {
    return new Set([...this.#waiting, ...this.#carried]).size;
  }

  dispatching(batch: Batch): void {
    const keys = keysOf(batch);
    this.#carried = intersect(keys, this.#waiting);
    this.#waiting = without(this.#waiting, keys);
  }

  /** What failed waits again; deletions that a walk in a storm left out still do. */
  dispatched(batch: Batch, isDone: boolean): void {
    const leftOver = batch.kind === 'walk' && !batch.removals;
    if (!isDone || leftOver) this.#waiting = new Set([...this.#waiting, ...this.#carried]);
    this.#carried = new Set();
  }

  /** Changes may come to nothing, as a file that is made and deleted; or to a walk, when there are too many. */
  compare({ waiting }: Unfinished): void {
    if (this.#waiting.size === 0) return;
    if (waiting.has(wholeTree)) this.#waiting = new Set([wholeTree]);
    else this.#waiting = intersect(this.#waiting, waiting);
  }
}

const keysOf = (batch: Batch): ReadonlySet<string> =>
  batch.kind === 'walk' ? new Set([wholeTree]) : new Set(batch.changes.map(({ path }) => path));

const intersect = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...one].filter((key) => other.has(key)));

const without = (one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...one].filter((key) => !other.has(key)));
