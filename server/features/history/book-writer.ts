/** Writes down what one push has told: its record, its rows, what the journal has to add, its end (HI5, HI7, HI8). */
import type { PushEnd } from '../../core/push-history.ts';
import type { Db } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Allowance } from './allowance.ts';
import { isRowsFault } from '../../db/database-failure.ts';
import { finishRecord, insertItems, insertRecord, readTally, recount, saveFacts } from './history-store.ts';
import { toItemRow } from './item-row.ts';
import type { HistoryLimits } from './limits.ts';
import type { PushBook } from './push-book.ts';
import { findOperationOf, hasRecord } from './push-origin.ts';
import { readBeginning, readEnd, readItems } from './push-story.ts';

interface BookWriterOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowance: Allowance;
  readonly limits: HistoryLimits;
  /** Nothing more is to be written of it. */
  readonly forget: (book: PushBook) => void;
}

/** So often the journal is asked for an end that was told before its commit; then it is believed without. */
const mostLooks = 100;

export class BookWriter {
  readonly #options: BookWriterOptions;

  constructor(options: BookWriterOptions) {
    this.#options = options;
  }

  /** What fails is thrown; what was written is not written again. */
  async write(book: PushBook): Promise<void> {
    if (!(await this.#ensureRecord(book))) return;
    if (book.hasFacts) await this.#writeFacts(book);
    while (book.items.length > 0 && book.isRecorded) await this.#writeItems(book);
    if (book.isGapped && book.isRecorded) await this.#rebuild(book);
    if (book.end !== null && book.items.length === 0 && !book.isGapped) await this.#conclude(book, book.end);
  }

  /** Answers whether there is a record to write to. */
  async #ensureRecord(book: PushBook): Promise<boolean> {
    if (book.isRecorded) return true;
    const { db, log } = this.#options;
    book.operationId ??= await findOperationOf(db, book.id);
    if (book.beginning === null && (await hasRecord(db, book.id))) return (book.isRecorded = true);
    book.beginning ??= await readBeginning(db, book);
    if (book.beginning === null) {
      log.error({ syncHistoryId: book.id }, 'Nobody knows how this push began: it has no history');
      this.#options.forget(book);
      return false;
    }
    await insertRecord(db, book.beginning);
    return (book.isRecorded = true);
  }

  async #writeFacts(book: PushBook): Promise<void> {
    const { db, clock } = this.#options;
    const now = clock.now();
    book.hasFacts = false;
    try {
      if (!(await saveFacts(db, book.id, book, now))) return book.forgetWritten();
      book.updatedAt = now;
    } catch (failure) {
      book.hasFacts = true;
      throw failure;
    }
  }

  async #writeItems(book: PushBook): Promise<void> {
    const { db, clock, allowance, limits } = this.#options;
    const batch = book.items.slice(0, book.suspects > 0 ? 1 : limits.batchRows);
    try {
      const now = clock.now();
      if (!(await insertItems(db, book.id, batch, now))) return book.forgetWritten();
      book.updatedAt = now;
    } catch (failure) {
      if (!isRowsFault(failure)) throw failure;
      if (batch.length > 1) return void (book.suspects = batch.length);
      this.#refuse(book, failure);
    }
    book.suspects = Math.max(0, book.suspects - batch.length);
    allowance.give(book.items.splice(0, batch.length));
  }

  #refuse(book: PushBook, failure: unknown): void {
    const [row] = book.items;
    const fields = { err: failure, syncHistoryId: book.id, ardoqId: row?.ardoqId };
    this.#options.log.error(fields, 'A row of history cannot be written and is left out');
  }

  /** HI7: from the journal, also what was told while this goes on. */
  async #rebuild(book: PushBook): Promise<void> {
    const { db, clock, limits } = this.#options;
    const { end } = book;
    book.isGapped = false;
    try {
      for await (const items of readItems(db, book)) {
        for (let first = 0; first < items.length; first += limits.batchRows) {
          const rows = items.slice(first, first + limits.batchRows).map(toItemRow);
          if (!(await insertItems(db, book.id, rows, clock.now()))) return book.forgetWritten();
        }
      }
      // One that was told meanwhile is compared with what is found from here on.
      book.isRebuilt = book.end === end;
    } catch (failure) {
      book.isGapped = true;
      throw failure;
    }
  }

  /** HI5: compared with the rows and repaired, then ended. */
  async #conclude(book: PushBook, end: PushEnd): Promise<void> {
    const { db, log } = this.#options;
    const found = await this.#findEnd(book, end);
    if (found === null) return;
    const isDone = await db.transaction(async (tx) => {
      const tally = await readTally(tx, book.id);
      if (tally === null) return false;
      if (tally.rows < tally.totalItems && !book.isRebuilt) return false;
      const fields = {
        syncHistoryId: book.id,
        rows: tally.rows,
        total: tally.totalItems,
        wrong: tally.wrong,
      };
      if (tally.wrong.length > 0) {
        log.warn(fields, 'Counters of history did not agree with their rows and were repaired');
        await recount(tx, book.id);
      }
      if (tally.rows !== tally.totalItems) log.warn(fields, 'History has not as many items as the push');
      await finishRecord(tx, book.id, found.end, { mayReplace: found.isSure });
      return true;
    });
    if (!isDone) return this.#lookAgain(book);
    if (book.end === end) this.#options.forget(book);
  }

  /** What the journal says, once it says it (HI8): an end is told before its commit, which may yet fail. */
  async #findEnd(book: PushBook, told: PushEnd): Promise<{ end: PushEnd; isSure: boolean } | null> {
    const written = await readEnd(this.#options.db, book);
    if (written !== null) return { end: written.status === told.status ? told : written, isSure: true };
    book.looks += 1;
    return book.looks < mostLooks ? null : { end: told, isSure: false };
  }

  /** The table, or rows in it, went away since they were written. */
  #lookAgain(book: PushBook): void {
    this.#options.log.warn(
      { syncHistoryId: book.id },
      'Rows of history are missing and made again from the journal',
    );
    book.forgetWritten();
  }
}
