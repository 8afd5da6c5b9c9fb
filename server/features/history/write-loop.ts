/** Writes what is told by and by: a little later, at once when there is much, and again when it fails. Never throws. */

export interface WriteLoopOptions {
  /** Writes what there is; what it throws is tried again. */
  readonly write: () => Promise<void>;
  readonly hasWork: () => boolean;
  /** What there is shall not wait for more. */
  readonly isUrgent: () => boolean;
  readonly failed: (failure: unknown, retryMs: number) => void;
  readonly recovered: () => void;
  readonly batchMs: number;
  readonly longestRetryMs: number;
}

/** What could not be written yet, though nothing failed, is tried again so soon. */
const soonMs = 5;

export class WriteLoop {
  readonly #options: WriteLoopOptions;
  #timer: NodeJS.Timeout | null = null;
  #isWriting = false;
  #isClosed = false;
  /** Zero while all is well. */
  #retryMs = 0;
  #waiting: (() => void)[] = [];

  constructor(options: WriteLoopOptions) {
    this.#options = options;
  }

  get isWorking(): boolean {
    return this.#retryMs === 0;
  }

  /** There is something to write. */
  ring(): void {
    if (this.#isWriting || this.#isClosed || this.#retryMs > 0) return;
    if (this.#options.isUrgent()) this.#runNow();
    else this.#runIn(this.#options.batchMs);
  }

  /** Resolves when nothing is left to write, or after `patienceMs`. */
  async flush(patienceMs: number): Promise<void> {
    if (!this.#isWriting && !this.#options.hasWork()) return;
    await new Promise<void>((resolve) => {
      const impatience = setTimeout(resolve, patienceMs);
      this.#waiting.push(() => {
        clearTimeout(impatience);
        resolve();
      });
      if (!this.#isWriting) this.#runNow();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#clear();
  }

  #runIn(ms: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => this.#runNow(), ms);
  }

  #runNow(): void {
    this.#clear();
    void this.#run(); // never rejects
  }

  #clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run(): Promise<void> {
    const { write, hasWork, isUrgent, failed, recovered, batchMs, longestRetryMs } = this.#options;
    this.#isWriting = true;
    try {
      await write();
      if (this.#retryMs > 0) recovered();
      this.#retryMs = 0;
    } catch (failure) {
      this.#retryMs = Math.min(longestRetryMs, Math.max(batchMs, this.#retryMs * 2));
      failed(failure, this.#retryMs);
    }
    this.#isWriting = false;
    if (!hasWork()) return this.#tellIdle();
    const delayMs = this.#waiting.length > 0 || isUrgent() ? soonMs : batchMs;
    this.#runIn(this.#retryMs > 0 ? this.#retryMs : delayMs);
  }

  #tellIdle(): void {
    for (const tell of this.#waiting.splice(0)) tell();
  }
}
