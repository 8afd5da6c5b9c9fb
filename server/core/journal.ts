/** The one durable stream: stamps events with `seq` in the transaction of the rows they announce, then rings. */
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { EventDraft } from '../../shared/events/index.ts';
import type { Epoch } from '../../shared/ids.ts';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import type { Clock } from '../platform/clock.ts';
import { RingingBus, type Bus } from './bus.ts';
import type { JournalPosition } from './cursor.ts';
import { EventTail } from './event-tail.ts';
import { stampEntry, type JournalEntry, type WrittenEvent } from './journal-entry.ts';
import { JournalFigures } from './journal-figures.ts';
import { appendRows, openState, readEntries, readPosition } from './journal-rows.ts';
import { toStorableJson } from './storable-json.ts';

export type Emit = (draft: EventDraft) => void;

export interface Journal {
  readonly epoch: Epoch;
  readonly bus: Bus;
  /** `seq` of the newest event this process has heard. */
  head(): number;
  position(queryable?: Queryable): Promise<JournalPosition>;
  /** Appends events that announce no rows; many of them share one commit (EV4). */
  append(drafts: readonly EventDraft[]): Promise<void>;
  /** Runs `work` in a transaction and appends what it emitted in the same commit (EV3). */
  transact<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T>;
  /** Entries after `seq` in order, without gaps. */
  pageAfter(seq: number, limit: number): Promise<readonly JournalEntry[]>;
  /**
   * Reads what other processes have appended since; called when a timer or a notification says so. `writer` is what
   * the notification says: this process has heard its own events already.
   */
  catchUp(writer?: string): Promise<void>;
}

/** As it writes, and how that gets on. */
export interface WritingJournal extends Journal {
  readonly figures: JournalFigures;
}

const groupSize = 500;
const tailSize = 10_000;
const pageSize = 1000;
/** So far back are those who come back after a restart. */
const recallSize = 2000;

/** Looks on while something is written, which says when nothing but the commit is left (F10). */
export type WatchWrite = <T>(write: (committing: () => void) => Promise<T>) => Promise<T>;

const unwatched: WatchWrite = (write) => write(() => undefined);

export async function openJournal(
  db: Db,
  clock: Clock,
  watchWrite: WatchWrite = unwatched,
): Promise<WritingJournal> {
  const { epoch, head } = await openState(db);
  return new PostgresJournal({ db, clock, watchWrite }, epoch, head);
}

const toWritten = ({ type, projectId, operationId, topic, data }: EventDraft): WrittenEvent => ({
  type,
  project_id: projectId,
  operation_id: operationId,
  topic,
  data,
});

interface Waiting {
  readonly drafts: readonly EventDraft[];
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

class PostgresJournal implements WritingJournal {
  readonly epoch: Epoch;
  readonly #writer = randomBytes(8).toString('hex');
  readonly bus = new RingingBus();
  readonly figures = new JournalFigures();
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #watchWrite: WatchWrite;
  readonly #tail = new EventTail(tailSize);
  /** Committed by this process, but an earlier `seq` has not been heard yet. */
  readonly #early = new Map<number, JournalEntry>();
  #head: number;
  #queue: Waiting[] = [];
  #flushing = false;
  #catchingUp: Promise<void> | null = null;
  #hasNews = false;
  #recalling: Promise<void> | null = null;

  constructor(
    { db, clock, watchWrite }: { db: Db; clock: Clock; watchWrite: WatchWrite },
    epoch: Epoch,
    head: number,
  ) {
    this.#db = db;
    this.#clock = clock;
    this.#watchWrite = watchWrite;
    this.epoch = epoch;
    this.#head = head;
  }

  head(): number {
    return this.#head;
  }

  position(queryable: Queryable = this.#db): Promise<JournalPosition> {
    return readPosition(queryable, this.epoch);
  }

  append(drafts: readonly EventDraft[]): Promise<void> {
    if (drafts.length === 0) return Promise.resolve();
    return new Promise((done, failed) => {
      this.#queue.push({ drafts, done, failed });
      if (!this.#flushing) void this.#flush();
    });
  }

  /** Group commit without a timer: what arrives while one commit is under way shares the next. Never rejects. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    let tell: (() => void) | null = null;
    while (this.#queue.length > 0) {
      const outcome = this.#commitGroup(this.#takeGroup());
      // The database is at work on this group while the one before is told.
      if (tell !== null) {
        await setImmediate();
        tell();
      }
      tell = await outcome;
      if (this.#queue.length > 0) continue;
      tell();
      tell = null;
    }
    this.#flushing = false;
  }

  /** Answers how to tell what came of it; never rejects. */
  async #commitGroup(group: readonly Waiting[]): Promise<() => void> {
    const beganMs = this.#clock.monotonicMs();
    try {
      const drafts = group.flatMap((waiting) => waiting.drafts);
      const hear = await this.#watchWrite(async (committing) => {
        committing();
        return await this.#stamp(this.#db, drafts);
      });
      this.figures.noteGroup(drafts.length, this.#clock.monotonicMs() - beganMs);
      return () => {
        this.#hear(hear());
        for (const { done } of group) done();
      };
    } catch (failure) {
      return () => {
        for (const { failed } of group) failed(failure);
      };
    }
  }

  #takeGroup(): Waiting[] {
    let size = 0;
    const end = this.#queue.findIndex((waiting) => (size += waiting.drafts.length) > groupSize);
    return this.#queue.splice(0, end === -1 ? this.#queue.length : Math.max(end, 1));
  }

  async transact<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T> {
    const { result, toEntries } = await this.#watchWrite((committing) =>
      this.#db.transaction(async (tx) => {
        const drafts: EventDraft[] = [];
        const result = await work(tx, (draft) => void drafts.push(draft));
        // The writer's own work may take its time; what follows must not.
        committing();
        return { result, toEntries: await this.#stamp(tx, drafts) };
      }),
    );
    const entries = toEntries();
    this.figures.noteRows(entries.length);
    this.#hear(entries);
    return result;
  }

  /**
   * The last statement of its transaction, or a transaction of its own. Answers how to make the entries, which is for
   * after the commit.
   */
  async #stamp(queryable: Queryable, drafts: readonly EventDraft[]): Promise<() => JournalEntry[]> {
    if (drafts.length === 0) return () => [];
    const at = this.#clock.now().toISOString();
    const json = toStorableJson(drafts.map(toWritten));
    const base = await appendRows(queryable, { count: drafts.length, at, json, writer: this.#writer });
    // Read back, so that this process tells what the others read, whatever the writer does with its objects.
    return () => {
      const written = JSON.parse(json) as WrittenEvent[];
      return written.map((event, index) => stampEntry(this.epoch, base + index + 1, at, event));
    };
  }

  /** Rings in the order of `seq`, though answers of two connections may arrive in another. */
  #hear(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (entry.seq > this.#head) this.#early.set(entry.seq, entry);
    }
    this.#publishReady();
    // Somebody else's event stands in between: another server's, or one whose answer is still on its way.
    // Where it fails it is tried again: by the next event, and by the listener's slow look.
    if (this.#early.size > 0) this.catchUp().catch(() => undefined);
  }

  #publishReady(): void {
    const ready: JournalEntry[] = [];
    for (
      let next = this.#early.get(this.#head + 1);
      next !== undefined;
      next = this.#early.get(this.#head + 1)
    ) {
      this.#early.delete(next.seq);
      this.#head = next.seq;
      ready.push(next);
    }
    if (ready.length === 0) return;
    this.#tail.push(ready);
    this.bus.publish(ready);
  }

  catchUp(writer?: string): Promise<void> {
    if (writer === this.#writer) return Promise.resolve();
    // A reading that is under way may have begun before the commit that this call is about.
    this.#hasNews = true;
    this.#catchingUp ??= this.#readNews();
    return this.#catchingUp;
  }

  /** Whatever is visible is gapless: a later `seq` cannot commit before an earlier one. */
  async #readNews(): Promise<void> {
    try {
      while (this.#hasNews) {
        this.#hasNews = false;
        const news = await this.#readAfter(this.#head, pageSize);
        this.#skipPruned(news);
        for (const entry of news) {
          if (entry.seq > this.#head) this.#early.set(entry.seq, entry);
        }
        this.#publishReady();
        for (const seq of this.#early.keys()) if (seq <= this.#head) this.#early.delete(seq);
        if (news.length === pageSize) this.#hasNews = true;
      }
    } finally {
      this.#catchingUp = null;
    }
  }

  /** What was pruned before this process heard of it will never come: readers who wanted it are told (F25). */
  #skipPruned([first]: readonly JournalEntry[]): void {
    if (first !== undefined && first.seq > this.#head + 1) this.#head = first.seq - 1;
  }

  async pageAfter(seq: number, limit: number): Promise<readonly JournalEntry[]> {
    if (seq >= this.#head) return [];
    const remembered = this.#tail.after(seq, limit);
    if (remembered !== undefined) return remembered;
    if (seq >= this.#head - recallSize) await this.#recall();
    return this.#tail.after(seq, limit) ?? (await this.#readUpToHead(seq, limit));
  }

  /** After a restart everybody comes back at once, each with another cursor: what they want is read once (F13). */
  #recall(): Promise<void> {
    this.#recalling ??= this.#readUpToHead(this.#head - recallSize, recallSize).then(
      (entries) => this.#tail.prepend(entries, this.#head),
      (failure: unknown) => {
        this.#recalling = null;
        throw failure;
      },
    );
    return this.#recalling;
  }

  /** Never past what was published: a reader must not hear an event before the bus has. */
  async #readUpToHead(seq: number, limit: number): Promise<JournalEntry[]> {
    const entries = await this.#readAfter(seq, limit);
    return entries.filter((entry) => entry.seq <= this.#head);
  }

  #readAfter(after: number, limit: number): Promise<JournalEntry[]> {
    return readEntries(this.#db, { epoch: this.epoch, after, limit });
  }
}
