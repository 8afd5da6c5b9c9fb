/** The one writer of history: takes what pushes tell without waiting, and writes it down by and by (HI6, HI7). */
import type { PushBeginning, PushedItem, PushEnd } from '../../core/push-history.ts';
import type { Db } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { StorageHealth, SyncRecord } from '../../../shared/views/history.ts';
import type { Allowance } from './allowance.ts';
import { BookWriter } from './book-writer.ts';
import { messageOf, sqlStateOf } from '../../db/database-failure.ts';
import { toItemRow } from './item-row.ts';
import type { HistoryLimits } from './limits.ts';
import { PushBook } from './push-book.ts';
import { WriteLoop } from './write-loop.ts';

interface WriterOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowance: Allowance;
  readonly limits: HistoryLimits;
}

/** A push that was written so lately needs no heartbeat. */
const quietMs = 1000;

export class HistoryWriter {
  readonly #options: WriterOptions;
  readonly #books = new Map<string, PushBook>();
  readonly #bookWriter: BookWriter;
  readonly #loop: WriteLoop;
  readonly #heartbeat: NodeJS.Timeout;
  /** Told after each push of which nothing more is to be written. */
  readonly #forgetting = new Set<() => void>();
  #fault: string | null = null;
  /** Rows not kept in memory during this outage. */
  #missed = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    const { log, limits } = options;
    this.#bookWriter = new BookWriter({ ...options, forget: (book) => this.#forget(book) });
    this.#loop = new WriteLoop({
      ...limits,
      write: () => this.#write(),
      hasWork: () => this.#waiting().length > 0,
      isUrgent: () => this.#isUrgent(),
      failed: (failure, retryMs) => {
        this.#fault = messageOf(failure);
        const syncHistoryIds = this.#waiting().map(({ id }) => id);
        log.warn(
          { err: failure, syncHistoryIds, buffered: this.buffered, retryMs },
          'History could not be written',
        );
      },
      recovered: () => {
        log.info({ rebuiltRows: this.#missed }, 'History is written again');
        this.#fault = null;
        this.#missed = 0;
      },
    });
    this.#heartbeat = setInterval(() => this.#beat(), limits.heartbeatMs);
    this.#heartbeat.unref();
  }

  get buffered(): number {
    let rows = 0;
    for (const { items } of this.#books.values()) rows += items.length;
    return rows;
  }

  get health(): StorageHealth {
    return { working: this.#loop.isWorking, error: this.#fault, buffered: this.buffered };
  }

  begin(beginning: PushBeginning): void {
    this.#tell(beginning.id, (book) => book.begin(beginning));
  }

  started(id: string, at: Date): void {
    this.#tell(id, (book) => {
      book.startedAt ??= at;
      book.hasFacts = true;
    });
  }

  item(id: string, item: PushedItem): void {
    this.#tell(id, (book) => {
      book.count(item);
      const row = toItemRow(item);
      if (this.#options.allowance.take(row.bytes)) book.items.push(row);
      else this.#miss(book);
    });
  }

  deleted(id: string, count: number): void {
    this.#tell(id, (book) => {
      book.deleted += count;
      book.hasFacts = true;
    });
  }

  end(id: string, end: PushEnd): void {
    this.#tell(id, (book) => {
      book.end = end;
      book.isRebuilt = false;
      book.looks = 0;
    });
  }

  /** A push that ended without its end being written here. */
  settle(push: { readonly id: string; readonly operationId: string | null }, end: PushEnd): void {
    if (this.#books.has(push.id)) return;
    this.#tell(push.id, (book) => {
      book.operationId = push.operationId;
      book.end = end;
    });
  }

  /** HI9: a push that is still in memory. */
  find(id: string): SyncRecord | null {
    return this.#books.get(id)?.toRecord() ?? null;
  }

  flush(patienceMs: number): Promise<void> {
    return this.#loop.flush(patienceMs);
  }

  /** Until no end that was told is unwritten; pushes that go on are not waited for. */
  async catchUp(patienceMs: number): Promise<void> {
    if (!this.#loop.isWorking || !this.#hasEnds()) return;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (this.#hasEnds()) return;
        clearTimeout(impatience);
        stop();
      };
      const stop = () => {
        this.#forgetting.delete(look);
        resolve();
      };
      const impatience = setTimeout(stop, patienceMs);
      this.#forgetting.add(look);
    });
  }

  close(): void {
    clearInterval(this.#heartbeat);
    this.#loop.close();
  }

  /** History never fails a push: whatever goes wrong here ends here. */
  #tell(id: string, note: (book: PushBook) => void): void {
    try {
      const book = this.#books.get(id) ?? new PushBook(id, this.#options.clock.now());
      this.#books.set(id, book);
      note(book);
      this.#loop.ring();
    } catch (failure) {
      this.#options.log.error({ err: failure, syncHistoryId: id }, 'History could not take a note');
    }
  }

  #miss(book: PushBook): void {
    if (!book.isGapped) {
      this.#options.log.warn(
        { syncHistoryId: book.id },
        'Rows of history are left to the journal: memory is full',
      );
    }
    book.isGapped = true;
    book.isRebuilt = false;
    this.#missed += 1;
  }

  /** HI2: `updated_at` moves at least every five seconds of a run. */
  #beat(): void {
    const quietSince = this.#options.clock.now().getTime() - quietMs;
    for (const book of this.#books.values()) {
      if (book.startedAt !== null && book.updatedAt.getTime() < quietSince) book.hasFacts = true;
    }
    if (this.#waiting().length > 0) this.#loop.ring();
  }

  #isUrgent(): boolean {
    return this.buffered >= this.#options.limits.batchRows || this.#hasEnds();
  }

  #hasEnds(): boolean {
    return [...this.#books.values()].some(({ end }) => end !== null);
  }

  #waiting(): PushBook[] {
    return [...this.#books.values()].filter((book) => book.hasWork);
  }

  /** One push that cannot be written does not hold up the others. */
  async #write(): Promise<void> {
    const failures: unknown[] = [];
    for (const book of this.#waiting()) {
      try {
        await this.#bookWriter.write(book);
      } catch (failure) {
        if (sqlStateOf(failure) === '23503') book.forgetWritten();
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #forget(book: PushBook): void {
    this.#options.allowance.give(book.items.splice(0));
    this.#books.delete(book.id);
    for (const look of this.#forgetting) look();
  }
}
