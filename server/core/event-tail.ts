/** The newest entries in memory, so that readers near the head never ask the database. */
import type { JournalEntry } from './journal-entry.ts';

export class EventTail {
  readonly #capacity: number;
  #entries: JournalEntry[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(entries: readonly JournalEntry[]): void {
    const [first] = entries;
    const last = this.#entries.at(-1);
    // What lies between was pruned before this process heard of it: places are counted from the first entry.
    if (first !== undefined && last !== undefined && first.seq !== last.seq + 1) this.#entries = [];
    for (const entry of entries) this.#entries.push(entry);
    // Cut in large steps: a shift for every event would move the whole array each time.
    if (this.#entries.length > this.#capacity * 2) this.#entries = this.#entries.slice(-this.#capacity);
  }

  /** Takes what came before; what does not lead up to its first entry, or to `head` when it has none, is no use. */
  prepend(entries: readonly JournalEntry[], head: number): void {
    const next = this.#entries[0]?.seq ?? head + 1;
    const earlier = entries.filter((entry) => entry.seq < next);
    if (earlier.at(-1)?.seq === next - 1) this.#entries = [...earlier, ...this.#entries];
  }

  /** Entries after `seq`, or undefined when the tail does not reach back that far. */
  after(seq: number, limit: number): readonly JournalEntry[] | undefined {
    const first = this.#entries[0];
    if (first === undefined || seq + 1 < first.seq) return undefined;
    const from = seq + 1 - first.seq;
    return this.#entries.slice(from, from + limit);
  }
}
