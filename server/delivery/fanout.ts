/** Streams that stand at the head: each turn of the event loop makes one buffer for each interest, shared by all who have it. */
import type { Subscription } from 'rxjs';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Journal } from '../core/journal.ts';
import { toEventFrame } from './sse-frames.ts';

export interface HeadReader {
  /** Everything up to this `seq` has been taken. */
  readonly through: number;
  /** `bytes` hold what is of interest in between; nothing at all may be. */
  take(bytes: Buffer | null, through: number): void;
}

interface Group {
  readonly interest: Interest;
  readonly readers: Set<HeadReader>;
}

export class Fanout implements Disposable {
  readonly #groups = new Map<string, Group>();
  readonly #subscription: Subscription;
  #pending: JournalEntry[] = [];
  #isScheduled = false;

  constructor(journal: Pick<Journal, 'bus'>) {
    this.#subscription = journal.bus.entries$.subscribe((entry) => this.#hear(entry));
  }

  join(interest: Interest, reader: HeadReader): void {
    const key = JSON.stringify([interest.topics, interest.types]);
    const group = this.#groups.get(key) ?? { interest, readers: new Set() };
    group.readers.add(reader);
    this.#groups.set(key, group);
  }

  leave(interest: Interest, reader: HeadReader): void {
    const key = JSON.stringify([interest.topics, interest.types]);
    const group = this.#groups.get(key);
    group?.readers.delete(reader);
    if (group?.readers.size === 0) this.#groups.delete(key);
  }

  #hear(entry: JournalEntry): void {
    if (this.#groups.size === 0) return;
    this.#pending.push(entry);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#deliver());
  }

  #deliver(): void {
    const entries = this.#pending;
    this.#pending = [];
    this.#isScheduled = false;
    for (const group of [...this.#groups.values()]) deliverTo(group, entries);
  }

  [Symbol.dispose](): void {
    this.#subscription.unsubscribe();
  }
}

function deliverTo({ interest, readers }: Group, entries: readonly JournalEntry[]): void {
  const [first, last] = [entries[0], entries.at(-1)];
  if (first === undefined || last === undefined) return;
  const wanted = entries.filter(({ event }) => isOfInterest(interest, event));
  const shared = toBytes(wanted);
  for (const reader of [...readers]) {
    if (reader.through >= last.seq) continue;
    // One that joined between the ring and this turn has read some of these for itself.
    const own =
      reader.through < first.seq ? shared : toBytes(wanted.filter(({ seq }) => seq > reader.through));
    reader.take(own, last.seq);
  }
}

const toBytes = (entries: readonly JournalEntry[]): Buffer | null =>
  entries.length === 0 ? null : Buffer.from(entries.map(toEventFrame).join(''));
