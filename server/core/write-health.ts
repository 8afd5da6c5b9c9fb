/** Whether the database takes writes, as the writes themselves tell: while it does not, ingestion is paused (F10). */
import { setTimeout } from 'node:timers/promises';
import { BehaviorSubject, type Observable } from 'rxjs';
import { AppError } from '../../shared/failure.ts';
import { toWriteRefusal, type WriteRefusal } from '../db/database-failure.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { WatchWrite } from './journal.ts';

export interface WritePause {
  readonly reason: WriteRefusal | 'slow';
  readonly since: Date;
  readonly message: string;
  readonly remedy: string;
}

export interface WriteTiming {
  /** A commit that takes longer pauses what would come after it. */
  readonly slowMs: number;
  /** A look after that, so that a busy event loop is not taken for a slow disk (F24). */
  readonly secondLookMs: number;
  /** A trial write that is done within this ends the pause. */
  readonly wellMs: number;
  readonly trialEveryMs: number;
}

interface WriteHealthOptions {
  /** A small write, committed; on a connection of its own, because an older one may be what cannot write. */
  readonly tryWrite: (signal: AbortSignal) => Promise<void>;
  /** Before writes are taken again. */
  readonly onWell: (pause: WritePause) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing?: Partial<WriteTiming>;
}

const usual: WriteTiming = { slowMs: 5_000, secondLookMs: 250, wellMs: 2_000, trialEveryMs: 1_000 };

export class WriteHealth implements AsyncDisposable {
  readonly #options: Omit<WriteHealthOptions, 'timing'>;
  readonly #timing: WriteTiming;
  readonly #pause = new BehaviorSubject<WritePause | null>(null);
  readonly #closing = new AbortController();

  constructor({ timing, ...options }: WriteHealthOptions) {
    this.#options = options;
    this.#timing = { ...usual, ...timing };
  }

  get pause(): WritePause | null {
    return this.#pause.value;
  }

  /** Begins with the present. */
  get pause$(): Observable<WritePause | null> {
    return this.#pause.asObservable();
  }

  /** Throws a 503 while the database takes no writes: another one would only wait or fail. */
  admit(): void {
    if (this.pause === null) return;
    throw new AppError('UNAVAILABLE', `${this.pause.message} Reading goes on; try again in a moment.`, {
      headers: { 'Retry-After': '5' },
    });
  }

  readonly watch: WatchWrite = async (write) => {
    let stop = (): void => undefined;
    try {
      return await write(() => (stop = this.#armSlow()));
    } catch (failure) {
      this.learn(failure);
      throw failure;
    } finally {
      stop();
    }
  };

  learn(failure: unknown): void {
    const refusal = toWriteRefusal(failure);
    if (refusal !== null) this.#begin(refusal);
  }

  #armSlow(): () => void {
    const { slowMs, secondLookMs } = this.#timing;
    let timer = globalThis.setTimeout(() => {
      timer = globalThis.setTimeout(() => this.#begin('slow'), secondLookMs).unref();
    }, slowMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  #begin(reason: WritePause['reason']): void {
    if (this.pause !== null || this.#closing.signal.aborted) return;
    const pause = { reason, since: this.#options.clock.now(), ...wordsOf[reason] };
    this.#options.log.warn({ reason }, pause.message);
    this.#pause.next(pause);
    // Never rejects.
    void this.#tryUntilWell(this.#closing.signal);
  }

  async #tryUntilWell(signal: AbortSignal): Promise<void> {
    const { clock, tryWrite, onWell, log } = this.#options;
    const { trialEveryMs, wellMs } = this.#timing;
    while (!signal.aborted) {
      await setTimeout(trialEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const beganMs = clock.monotonicMs();
      const isWell = await tryWrite(signal).then(
        () => clock.monotonicMs() - beganMs < wellMs,
        () => false,
      );
      if (!isWell || signal.aborted) continue;
      if (this.pause !== null) await onWell(this.pause);
      log.warn({ since: this.pause?.since }, 'The database takes writes again.');
      return this.#pause.next(null);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#pause.complete();
  }
}

const wordsOf: Readonly<Record<WritePause['reason'], { message: string; remedy: string }>> = {
  full: {
    message: 'The disk of the database is full: nothing can be written.',
    remedy: 'Free space on the disk of the database; writing goes on by itself.',
  },
  'read-only': {
    message: 'The database is read-only: nothing can be written.',
    remedy: 'Make the database writable again (default_transaction_read_only, or a standby was reached).',
  },
  slow: {
    message: 'The database takes too long to commit.',
    remedy: 'Look at the disk of the database and at what else writes to it.',
  },
};
