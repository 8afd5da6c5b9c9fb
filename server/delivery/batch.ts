/** Neighbouring events on their way to readers: encoded once, whoever they go to. */
import type { JournalEntry } from '../core/journal-entry.ts';

/** Large enough for few writes, small enough that a slow line moves within its deadline. */
export const batchBytes = 65_536;

export class Batch {
  readonly entries: readonly JournalEntry[];
  /** Whatever is of interest up to this `seq` was in earlier batches. */
  readonly after: number;
  /** Whatever is of interest up to this `seq` is in this batch or in earlier ones. */
  readonly through: number;
  readonly #encoded = new Map<unknown, unknown>();

  constructor(entries: readonly JournalEntry[], after: number, through: number) {
    this.entries = entries;
    this.after = after;
    this.through = through;
  }

  /** What `encode` makes of the entries, made once for all who ask with the same function. */
  as<T>(encode: (entries: readonly JournalEntry[]) => T): T {
    if (!this.#encoded.has(encode)) this.#encoded.set(encode, encode(this.entries));
    return this.#encoded.get(encode) as T;
  }

  /** Without what a reader at `seq` already has; undefined when nothing is left. */
  beyond(seq: number): Batch | undefined {
    const [first] = this.entries;
    if (first !== undefined && first.seq > seq) return this;
    const fresh = this.entries.filter((entry) => entry.seq > seq);
    return fresh.length === 0 ? undefined : new Batch(fresh, Math.max(seq, this.after), this.through);
  }
}

const knownBatches = new WeakMap<readonly JournalEntry[], readonly Batch[]>();

/** The batches of a page that many readers are given as it is: cut, and so encoded, once for all of them. */
export function toSharedBatches(
  page: readonly JournalEntry[],
  after: number,
  through: number,
): readonly Batch[] {
  const known = knownBatches.get(page);
  if (known?.[0]?.after === after && known.at(-1)?.through === through) return known;
  const batches = toBatches(page, after, through);
  knownBatches.set(page, batches);
  return batches;
}

/** Cut where the size is reached; one event larger than that travels alone. */
export function toBatches(entries: readonly JournalEntry[], after: number, through: number): Batch[] {
  const batches: Batch[] = [];
  let start = 0;
  let from = after;
  let size = 0;
  for (const [index, entry] of entries.entries()) {
    size += entry.json.length;
    const isLast = index === entries.length - 1;
    if (size < batchBytes && !isLast) continue;
    const end = isLast ? through : entry.seq;
    batches.push(new Batch(entries.slice(start, index + 1), from, end));
    from = end;
    start = index + 1;
    size = 0;
  }
  return batches;
}
