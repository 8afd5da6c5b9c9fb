/** The newest events of the stream, so that a snapshot read a little earlier can catch up without being read again. */
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import { isSameEpoch, seqOf } from './cursor.ts';

export class EventRing {
  readonly #capacity: number;
  #events: SynclineEvent[] = [];
  /** Everything after it is here; null before the stream has a position. */
  #from: EventId | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get position(): EventId | null {
    return this.#events.at(-1)?.id ?? this.#from;
  }

  /** Begins anew after this position: at the first hello, and after a reset. */
  start(from: EventId): void {
    this.#from = from;
    this.#events = [];
  }

  push(events: readonly SynclineEvent[]): void {
    for (const event of events) this.#events.push(event);
    // Cut in large steps: a shift for every event would move the whole array each time.
    if (this.#events.length <= this.#capacity * 2) return;
    const cut = this.#events.length - this.#capacity;
    this.#from = this.#events[cut - 1]!.id;
    this.#events = this.#events.slice(cut);
  }

  /** What followed a snapshot, or `gap` when some of that is no longer here. */
  after(head: EventId | null): readonly SynclineEvent[] | 'gap' {
    const from = this.#from;
    if (from === null) return [];
    if (head === null) return 'gap';
    // Read from another journal than the stream's: the stream is about to be told so, by a reset.
    if (!isSameEpoch(head, from)) return [];
    if (seqOf(head) < seqOf(from)) return 'gap';
    return this.#events.slice(this.#indexAfter(seqOf(head)));
  }

  #indexAfter(seq: number): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#events[middle]!.seq <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
