/** The newest entries in memory, so that readers near the head never ask the database. */
import type { JournalEntry } from './journal-entry.ts';

export class EventTail {
  readonly #capacity: number;
  #entries: JournalEntry[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(entries: readonly JournalEntry[]): void {
    this.#entries.push(...entries);
    // Cut in large steps: a shift for every event would move the whole array each time.
    if (this.#entries.length > this.#capacity * 2) this.#entries = this.#entries.slice(-this.#capacity);
  }

  /** Entries after `seq`, or undefined when the tail does not reach back that far. */
  after(seq: number, limit: number): readonly JournalEntry[] | undefined {
    const first = this.#entries[0];
    if (first === undefined || seq + 1 < first.seq) return undefined;
    const from = seq + 1 - first.seq;
    return this.#entries.slice(from, from + limit);
  }
}
