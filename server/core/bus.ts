/** The bell: tells listeners of this process what has become durable, in order. */
import { Subject, type Observable } from 'rxjs';
import type { JournalEntry } from './journal-entry.ts';

export interface Bus {
  /** Every entry once, in the order of `seq`; nothing that is not durable. */
  readonly entries$: Observable<JournalEntry>;
  /** Resolves at the next ring after the call, or when the signal aborts. */
  nextRing(signal: AbortSignal): Promise<void>;
}

export class RingingBus implements Bus {
  readonly #entries = new Subject<JournalEntry>();
  readonly #waiters = new Set<() => void>();

  get entries$(): Observable<JournalEntry> {
    return this.#entries.asObservable();
  }

  publish(entries: readonly JournalEntry[]): void {
    for (const entry of entries) this.#entries.next(entry);
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }

  nextRing(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        signal.removeEventListener('abort', wake);
        this.#waiters.delete(wake);
        resolve();
      };
      this.#waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
