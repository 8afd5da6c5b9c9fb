/** Serves all who are at the head together: one page a turn of the event loop, one batch an interest. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { openFeed, type FeedPage } from '../core/feed.ts';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Journal } from '../core/journal.ts';
import { toBatches, type Batch } from './batch.ts';
import type { StreamLog } from './surroundings.ts';

/** A reader at the head. */
export interface Member {
  readonly interest: Interest;
  /** Neither throws nor waits; who cannot keep up leaves. */
  take(batch: Batch): void;
  /** The fan-out has lost its place: whatever is after `through` the member must read by itself. */
  release(through: number): void;
}

interface Group {
  readonly interest: Interest;
  readonly members: Set<Member>;
  /** Of the page at hand. */
  entries: JournalEntry[];
}

export type FanoutSource = Pick<Journal, 'head' | 'pageAfter'> & {
  readonly bus: Pick<Journal['bus'], 'nextRing'>;
};

interface FanoutOptions {
  readonly journal: FanoutSource;
  readonly log: StreamLog;
  /** What is published until then travels together. */
  readonly turn?: () => Promise<unknown>;
  /**
   * How long a round may hold the event loop. A thousand writes take ten times as long: until they are done the
   * database would wait for its next question, and whoever speaks meanwhile for both (B7).
   */
  readonly sliceMs?: number;
}

export class Fanout implements AsyncDisposable {
  readonly #options: Required<FanoutOptions>;
  readonly #groups = new Map<string, Group>();
  readonly #byTopic = new Map<string, Set<Group>>();
  readonly #seats = new Map<Member, Group>();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #through: number;
  #eventCount = 0;

  constructor(options: FanoutOptions) {
    this.#options = { turn: () => nextTurn(), sliceMs: 1, ...options };
    this.#through = options.journal.head();
    this.#running = this.#run();
  }

  get eventCount(): number {
    return this.#eventCount;
  }

  /** `seq` up to which everybody at the head has been served. */
  get through(): number {
    return this.#through;
  }

  /** Refuses who is behind. Who is ahead already gets nothing twice: members skip what they have. */
  join(member: Member, through: number): boolean {
    if (through < this.#through) return false;
    const group = this.#groupOf(member.interest);
    group.members.add(member);
    this.#seats.set(member, group);
    return true;
  }

  leave(member: Member): void {
    const group = this.#seats.get(member);
    if (group === undefined) return;
    this.#seats.delete(member);
    group.members.delete(member);
    if (group.members.size === 0) this.#forget(group);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  #groupOf(interest: Interest): Group {
    const key = keyOf(interest);
    let group = this.#groups.get(key);
    if (group !== undefined) return group;
    group = { interest, members: new Set(), entries: [] };
    this.#groups.set(key, group);
    for (const topic of interest.topics) {
      const groups = this.#byTopic.get(topic) ?? new Set();
      this.#byTopic.set(topic, groups.add(group));
    }
    return group;
  }

  #forget(group: Group): void {
    this.#groups.delete(keyOf(group.interest));
    for (const topic of group.interest.topics) {
      const groups = this.#byTopic.get(topic);
      groups?.delete(group);
      if (groups?.size === 0) this.#byTopic.delete(topic);
    }
  }

  /** Never rejects: who is at the head when a page cannot be read goes on alone. */
  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        for await (const page of this.#openFeed()) await this.#deliver(page);
      } catch (failure) {
        this.#options.log.warn({ err: failure }, 'The fan-out could not read on; its readers go on alone');
        this.#releaseAll();
      }
    }
  }

  #openFeed(): AsyncGenerator<FeedPage, void, void> {
    const { journal, turn } = this.#options;
    const bus = {
      async nextRing(signal: AbortSignal) {
        await journal.bus.nextRing(signal);
        if (!signal.aborted) await turn();
      },
    };
    const source = {
      head: () => journal.head(),
      pageAfter: (seq: number, limit: number) => journal.pageAfter(seq, limit),
      bus,
    };
    return openFeed(source, {
      after: this.#through,
      isOfInterest: () => true,
      signal: this.#closing.signal,
    });
  }

  /**
   * One round. While it rests, what was appended meanwhile is on its way to the database and back; who joins then is
   * behind this page or has it, and skips it.
   */
  async #deliver({ entries, through }: FeedPage): Promise<void> {
    const after = this.#through;
    this.#through = through;
    this.#eventCount += entries.length;
    const { turn, sliceMs } = this.#options;
    let dueMs = performance.now() + sliceMs;
    for (const group of this.#route(entries)) {
      const batches = toBatches(group.entries, after, through);
      group.entries = [];
      for (const batch of batches) {
        for (const member of group.members) {
          member.take(batch);
          if (performance.now() < dueMs) continue;
          await turn();
          dueMs = performance.now() + sliceMs;
        }
      }
    }
  }

  #route(entries: readonly JournalEntry[]): ReadonlySet<Group> {
    const reached = new Set<Group>();
    for (const entry of entries) {
      for (const topic of ['all', ...entry.topic]) {
        for (const group of this.#byTopic.get(topic) ?? []) {
          if (group.entries.at(-1) === entry || !isOfInterest(group.interest, entry)) continue;
          group.entries.push(entry);
          reached.add(group);
        }
      }
    }
    return reached;
  }

  #releaseAll(): void {
    const members = [...this.#seats.keys()];
    const through = this.#through;
    this.#through = this.#options.journal.head();
    for (const member of members) {
      this.leave(member);
      member.release(through);
    }
  }
}

const keyOf = ({ topics, types, withheld = [] }: Interest): string =>
  JSON.stringify([topics.toSorted(), types.toSorted(), withheld]);
