/** Asks for reconcile passes, one at a time: what is asked for meanwhile is one more pass (WT8). */

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
  | 'interval';

export interface ReconcileOptions {
  reconcile(reason: ReconcileReason): Promise<{ repaired: number }>;
  completed(reason: ReconcileReason, repaired: number): void;
  failed(error: unknown): void;
}

export class Reconciler {
  readonly #options: ReconcileOptions;
  #isRunning = false;
  #next: ReconcileReason | null = null;

  constructor(options: ReconcileOptions) {
    this.#options = options;
  }

  ask(reason: ReconcileReason): void {
    this.#next = reason;
    // The loop below catches everything.
    if (!this.#isRunning) void this.#run();
  }

  /** Lets a pass under way end, and begins no other. */
  forget(): void {
    this.#next = null;
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let reason = this.#take(); reason !== null; reason = this.#take()) {
      try {
        const { repaired } = await this.#options.reconcile(reason);
        this.#options.completed(reason, repaired);
      } catch (error) {
        this.#options.failed(error);
      }
    }
    this.#isRunning = false;
  }

  #take(): ReconcileReason | null {
    const next = this.#next;
    this.#next = null;
    return next;
  }
}
