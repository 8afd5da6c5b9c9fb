/** The one durable stream: stamps events with `seq` in the transaction of the rows they announce, then rings. */
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { asc, gt, sql } from 'drizzle-orm';
import type { EventDraft } from '../../shared/events/index.ts';
import { Epoch } from '../../shared/ids.ts';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import { journal as journalTable, journalState } from '../db/tables/journal.ts';
import type { Clock } from '../platform/clock.ts';
import { RingingBus, type Bus } from './bus.ts';
import type { JournalPosition } from './cursor.ts';
import { EventTail } from './event-tail.ts';
import { JournalEntry, stampEntry, type WrittenEvent } from './journal-entry.ts';
import { JournalFigures } from './journal-figures.ts';
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

/** Channel on which an append wakes the other servers of the database; a wake-up only, never the message. */
export const journalChannel = 'syncline_journal';

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
  await db.insert(journalState).values({ id: 1, epoch: createEpoch(), head: 0 }).onConflictDoNothing();
  const [state] = await db.select().from(journalState);
  if (state === undefined) throw new Error('The journal has no state row');
  return new PostgresJournal({ db, clock, watchWrite }, Epoch.parse(state.epoch), state.head);
}

/** Another incarnation: whoever holds a cursor of the one before is told to begin anew (EV2). */
export async function renewEpoch(queryable: Queryable): Promise<string> {
  const epoch = createEpoch();
  await queryable.update(journalState).set({ epoch });
  return epoch;
}

const createEpoch = (): string =>
  BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(12, '0')
    .slice(0, 12);

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

  async position(queryable: Queryable = this.#db): Promise<JournalPosition> {
    const [row] = await queryable
      .select({
        head: journalState.head,
        oldest: sql<string | null>`(select min(seq) from journal)`,
      })
      .from(journalState);
    const head = row?.head ?? 0;
    return { epoch: this.epoch, head, oldest: row?.oldest == null ? head + 1 : Number(row.oldest) };
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
   * The last statement of its transaction, or a transaction of its own: the state row stays locked until the commit,
   * so nobody overtakes. Answers how to make the entries, which is for after the commit.
   */
  async #stamp(queryable: Queryable, drafts: readonly EventDraft[]): Promise<() => JournalEntry[]> {
    if (drafts.length === 0) return () => [];
    const at = this.#clock.now().toISOString();
    const json = toStorableJson(drafts.map(toWritten));
    const base = await this.#write(queryable, drafts.length, at, json);
    // Read back, so that this process tells what the others read, whatever the writer does with its objects.
    return () => {
      const written = JSON.parse(json) as WrittenEvent[];
      return written.map((event, index) => stampEntry(this.epoch, base + index + 1, at, event));
    };
  }

  /** Answers the `seq` before the first. */
  async #write(queryable: Queryable, count: number, at: string, json: string): Promise<number> {
    const head = { base: sql<string>`base` };
    const claimed = queryable
      .$with('claimed', head)
      .as(
        sql`update journal_state set head = head + ${count} where id = 1 returning head - ${count} as base`,
      );
    const appended = queryable.$with('appended', {}).as(sql`
      insert into journal (seq, type, at, project_id, operation_id, topic, data)
      select claimed.base + draft.position, draft.type, ${at}::timestamptz, draft.project_id, draft.operation_id, draft.topic, draft.data
      from claimed, rows from (
        json_to_recordset(${json}::json)
          as (type text, project_id text, operation_id text, topic text[], data jsonb)
      ) with ordinality as draft (type, project_id, operation_id, topic, data, position)`);
    const [row] = await queryable
      .with(claimed, appended)
      .select({ base: sql<string>`base::text`, told: sql`pg_notify(${journalChannel}, ${this.#writer})` })
      .from(claimed)
      .prepare('append')
      .execute();
    return Number(row?.base);
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

  async #readAfter(seq: number, limit: number): Promise<JournalEntry[]> {
    const { seq: place, type } = journalTable;
    const rows = await this.#db
      .select({ seq: place, type, json: toEventJson(this.epoch) })
      .from(journalTable)
      .where(gt(place, seq))
      .orderBy(asc(place))
      .limit(limit);
    return rows.map((row) => JournalEntry.ofRow(row));
  }
}

/** The text that readers are told, as the database makes it: what is only told again is not parsed and written anew (B10). */
const toEventJson = (epoch: Epoch) => sql<string>`concat(
  '{"id":"', ${epoch}::text, '-', seq, '","seq":', seq, ',"type":"', type,
  '","at":"', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  '","projectId":', coalesce(to_json(project_id)::text, 'null'),
  ',"operationId":', coalesce(to_json(operation_id)::text, 'null'),
  ',"topic":', to_json(topic), ',"data":', data, ',"traceparent":' || to_json(traceparent)::text, '}')`;

/** A write like any other, and room for a megabyte: what fails or hangs here would fail or hang for everybody. */
export async function tryJournalWrite(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`update journal_state set head = head where id = 1`);
    await tx.execute(sql`create temporary table syncline_trial on commit drop as
      select repeat('x', 1000) from generate_series(1, 1000)`);
  });
}

/**
 * Deletes the oldest events past the limits, at most `batch`; answers how many. The newest event always stays.
 * Stops at the first that is to be kept: clocks go back, and what is left must have no gap.
 */
export async function pruneJournal(
  db: Queryable,
  { days, count, batch }: { days: number; count: number; batch: number },
): Promise<number> {
  const deleted = await db.execute(sql`
    delete from journal where seq in (
      select seq from (
        select seq, bool_and(
          seq < state.head and (seq <= state.head - ${count} or at < now() - make_interval(days => ${days}))
        ) over (order by seq) as is_expired
        from (select seq, at from journal order by seq limit ${batch}) oldest, journal_state state
      ) judged
      where is_expired
    )`);
  return deleted.count;
}

/** Where the events of an operation begin, as far as they are still kept; null when none is (OP34). */
export async function findFirstSeq(queryable: Queryable, operationId: string): Promise<number | null> {
  const [row] = await queryable
    .select({ first: sql<string | null>`min(${journalTable.seq})` })
    .from(journalTable)
    .where(sql`${journalTable.operationId} = ${operationId}`);
  return row?.first == null ? null : Number(row.first);
}
