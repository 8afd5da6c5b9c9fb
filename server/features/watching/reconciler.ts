/** Asks for reconcile passes, one at a time: what is asked for meanwhile is one more pass, and so is one that failed (WT8). */
import { Subscription, asyncScheduler, timer, type SchedulerLike } from 'rxjs';
import { retryDelayMs } from './batches.ts';

export type ReconcileReason =
  | 'turned_on'
  | 'entries_changed'
  | 'entry_appeared'
  | 'storm'
  | 'event_loop_stall'
  | 'clock_jump'
  | 'watcher_restarted'
  | 'watcher_degraded'
  | 'watcher_recovered'
  | 'source_back'
  | 'interval'
  | 'freshness';

export interface ReconcileOptions {
  reconcile(reason: ReconcileReason): Promise<{ repaired: number }>;
  completed(reason: ReconcileReason, repaired: number): void;
  failed(error: unknown): void;
  readonly scheduler?: SchedulerLike;
}

export class Reconciler {
  readonly #options: ReconcileOptions;
  #isRunning = false;
  #next: ReconcileReason | null = null;
  #hasSucceeded = false;
  #isForgotten = false;
  #failures = 0;
  #again = Subscription.EMPTY;
  /** For a pass that has not begun yet. */
  #waiting: { readonly done: () => void; readonly failed: (error: unknown) => void }[] = [];

  constructor(options: ReconcileOptions) {
    this.#options = options;
  }

  /** Nothing is asked for that has not been looked at: the last pass ended well, and no other is due. */
  get isSettled(): boolean {
    return this.#hasSucceeded && !this.#isRunning && this.#next === null;
  }

  /** Resolves after a pass that began after the call; rejects when it failed. */
  pass(reason: ReconcileReason): Promise<void> {
    return new Promise((done, failed) => {
      this.#waiting.push({ done, failed });
      this.ask(reason);
    });
  }

  ask(reason: ReconcileReason): void {
    this.#again.unsubscribe();
    this.#next = reason;
    // The loop below catches everything.
    if (!this.#isRunning) void this.#run();
  }

  /** Lets a pass under way end, and begins no other. */
  forget(): void {
    this.#next = null;
    this.#isForgotten = true;
    this.#again.unsubscribe();
    for (const { failed } of this.#waiting.splice(0)) failed(new Error('The watch has ended.'));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let reason = this.#take(); reason !== null; reason = this.#take()) {
      const waiting = this.#waiting.splice(0);
      try {
        const { repaired } = await this.#options.reconcile(reason);
        this.#hasSucceeded = true;
        this.#failures = 0;
        this.#options.completed(reason, repaired);
        for (const { done } of waiting) done();
      } catch (error) {
        this.#hasSucceeded = false;
        // After the end nothing is missed any more: whoever watches next begins with a pass of its own.
        if (!this.#isForgotten) this.#options.failed(error);
        for (const { failed } of waiting) failed(error);
        this.#tryAgain(reason);
      }
    }
    this.#isRunning = false;
  }

  /** What may have been missed is still missing; whatever is asked for sooner takes its place. */
  #tryAgain(reason: ReconcileReason): void {
    if (this.#isForgotten || this.#next !== null) return;
    this.#failures += 1;
    const delayMs = retryDelayMs(this.#failures);
    const again$ = timer(delayMs, this.#options.scheduler ?? asyncScheduler);
    this.#again = again$.subscribe(() => this.ask(reason));
  }

  #take(): ReconcileReason | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }
}
