/** One operation while it runs: gives the work its context, narrates it, and makes its end durable exactly once. */
import { isTerminal } from '../../shared/operations.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Emit, Journal } from './journal.ts';
import { LeaseLost, type Leases } from './leases.ts';
import { Narration } from './narration.ts';
import { toEndDraft } from './operation-events.ts';
import { lockOperation, saveEnding, saveNarration, toRecord } from './operation-store.ts';
import {
  OperationFailure,
  type Ending,
  type Json,
  type OperationContext,
  type OperationEnd,
  type RunResult,
  type StoredOperation,
  type Workflow,
} from './workflow.ts';
import type { Transaction } from '../db/open.ts';

interface RunOptions {
  readonly operation: StoredOperation;
  readonly token: string;
  readonly queuedMs: number;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workflow: Workflow;
}

/** EV6: at most ten progress commits a second. */
const narrateMs = 100;
/** OP31: work that ignores its signal for this long is left behind; the fence refuses what it still writes. */
const patienceMs = 1500;
const retryEndMs = 1000;

type StopReason = 'cancel' | 'shutdown' | 'lease-lost';

export class OperationRun {
  /** Resolves when the terminal event is durable, or the lease was lost. Never rejects. */
  readonly done: Promise<void>;
  readonly #options: RunOptions;
  readonly #narration: Narration;
  readonly #abort = new AbortController();
  #stopReason: StopReason | null = null;
  #narrating: NodeJS.Timeout | null = null;
  #lastNarration: Promise<void> = Promise.resolve();
  #isEnding = false;

  constructor(options: RunOptions) {
    this.#options = options;
    const { clock, operation, queuedMs } = options;
    const queuedAt = new Date(clock.now().getTime() - queuedMs);
    this.#narration = new Narration(operation, clock, { at: queuedAt, ms: queuedMs });
    this.done = this.#live();
  }

  cancel(): void {
    this.#stop('cancel');
  }

  interrupt(): void {
    this.#stop('shutdown');
  }

  #stop(reason: StopReason): void {
    this.#stopReason ??= reason;
    this.#abort.abort();
  }

  async #live(): Promise<void> {
    const outcome = await this.#work();
    this.#isEnding = true;
    if (this.#narrating !== null) clearTimeout(this.#narrating);
    await this.#lastNarration;
    await this.#finish(outcome);
  }

  async #work(): Promise<{ ending: Ending; result: RunResult | null }> {
    const context = this.#createContext();
    try {
      const result = await Promise.race([this.#options.workflow.run(context), this.#leftBehind()]);
      return { ending: { status: 'completed', message: result.message }, result };
    } catch (failure) {
      return { ending: this.#toEnding(failure), result: null };
    }
  }

  /** Rejects some time after the stop, so that deaf work cannot hold up its end. */
  #leftBehind(): Promise<never> {
    return new Promise((_resolve, reject) => {
      this.#abort.signal.addEventListener(
        'abort',
        () => setTimeout(() => reject(this.#abort.signal.reason as Error), patienceMs).unref(),
        { once: true },
      );
    });
  }

  #createContext(): OperationContext {
    const narration = this.#narration;
    const told = () => this.#narrateSoon();
    return {
      operation: this.#options.operation,
      signal: this.#abort.signal,
      enter: (phase, total = null) => (narration.enter(phase, total), told()),
      skip: (phases, reason) => narration.skip(phases, reason),
      progress: (processed, named = {}, total) => (narration.progress(processed, named, total), told()),
      count: (counter, by = 1) => (narration.count(counter, by), told()),
      say: (message) => (narration.say(message), told()),
      report: (issues) => (narration.report(issues), told()),
      emit: (draft) => (narration.emit(draft), told()),
      transact: (work) => this.#transact(work),
    };
  }

  async #transact<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T> {
    const { journal, leases, operation, token } = this.#options;
    this.#abort.signal.throwIfAborted();
    return await journal.transact(async (tx, emit) => {
      await leases.fence(tx, operation.lane, token);
      const result = await work(tx, emit);
      // Asked again after the rows: a cancelled sync commits no further batch.
      this.#abort.signal.throwIfAborted();
      return result;
    });
  }

  #narrateSoon(): void {
    if (this.#narrating !== null || this.#isEnding) return;
    this.#narrating = setTimeout(() => {
      this.#lastNarration = this.#narrate().finally(() => {
        this.#narrating = null;
        if (this.#narration.hasNews) this.#narrateSoon();
      });
    }, narrateMs);
  }

  async #narrate(): Promise<void> {
    const { journal, leases, operation, token, log } = this.#options;
    const drafts = this.#narration.takeDrafts();
    try {
      await journal.transact(async (tx, emit) => {
        await leases.fence(tx, operation.lane, token);
        drafts.forEach(emit);
        await saveNarration(tx, operation.id, this.#narration);
      });
    } catch (failure) {
      if (failure instanceof LeaseLost) return this.#stop('lease-lost');
      this.#narration.giveBack(drafts);
      // Told again with the next; the work itself finds out about a lost database when it writes.
      log.warn({ err: failure, operationId: operation.id }, 'Progress could not be stored');
    }
  }

  #toEnding(failure: unknown): Ending {
    if (this.#stopReason === 'cancel') {
      return { status: 'cancelled', error: 'Cancelled', errorCode: 'cancelled' };
    }
    if (this.#stopReason === 'shutdown') {
      const error = 'Sync interrupted: the server running it stopped';
      return { status: 'failed', error, errorCode: 'interrupted' };
    }
    if (failure instanceof OperationFailure) {
      return { status: 'failed', error: failure.message, errorCode: failure.code };
    }
    const { operation, log } = this.#options;
    log.error({ err: failure, operationId: operation.id }, 'An operation failed');
    const phase = this.#narration.toColumns().phase;
    return { status: 'failed', error: `In phase ${phase}: ${messageOf(failure)}`, errorCode: 'internal' };
  }

  /** Tried until the database takes it: an operation without a terminal event would be stuck for ever (LAW3). */
  async #finish({ ending, result }: { ending: Ending; result: RunResult | null }): Promise<void> {
    this.#narration.close(
      ending.status === 'completed',
      ending.status === 'completed' ? ending.message : ending.error,
    );
    const drafts = this.#narration.takeDrafts();
    const columns = this.#narration.toColumns();
    const toStats = () => this.#toStats(columns, result?.stats ?? {});
    const statsBefore = toStats();
    let [current, commit] = [ending, result?.commit];
    for (;;) {
      try {
        const end = {
          ending: current,
          result: current === ending ? result : null,
          durationMs: columns.durationMs,
        };
        // The last writes add to the figures, if they are made.
        await this.#commitEnd(end, drafts, commit === undefined ? () => statsBefore : toStats, commit);
        return;
      } catch (failure) {
        if (failure instanceof LeaseLost) return;
        if (isConnectionLoss(failure)) {
          if (this.#stopReason === 'shutdown') return;
          await new Promise((resolve) => setTimeout(resolve, retryEndMs));
          continue;
        }
        if (commit === undefined && current !== ending) throw failure;
        [current, commit] = [this.#toEnding(failure), undefined];
      }
    }
  }

  async #commitEnd(
    end: OperationEnd,
    drafts: ReturnType<Narration['takeDrafts']>,
    toStats: () => Json,
    commit: RunResult['commit'],
  ): Promise<void> {
    const { journal, leases, operation, token, workflow, clock } = this.#options;
    await journal.transact(async (tx, emit) => {
      const row = await lockOperation(tx, operation.id);
      if (row === undefined || isTerminal(row.status)) return;
      await leases.fence(tx, operation.lane, token);
      if (commit !== undefined && row.cancelRequestedAt !== null) throw this.#cancelFirst();
      await commit?.(tx, emit);
      drafts.forEach(emit);
      this.#narration.forgetSaved();
      await saveNarration(tx, operation.id, this.#narration);
      const ended = await saveEnding(tx, operation.id, end.ending, toStats(), clock.now());
      await workflow.end?.(tx, operation, end, emit);
      emit(toEndDraft(ended, toRecord(ended, { phases: this.#narration.phases, now: ended.updatedAt })));
      await leases.release(tx, operation.lane, token);
    });
  }

  /** A wish to cancel that was durable before the end wins over it. */
  #cancelFirst(): Error {
    this.#stopReason ??= 'cancel';
    return new OperationFailure('cancelled', 'Cancelled');
  }

  #toStats(columns: ReturnType<Narration['toColumns']>, stats: Json): Json {
    const { counters, durationMs, issues } = columns;
    return {
      operation_id: this.#options.operation.id,
      duration_ms: durationMs,
      issues,
      links_created: counters.linksCreated ?? 0,
      links_updated: counters.linksUpdated ?? 0,
      links_removed: counters.linksRemoved ?? 0,
      ...stats,
    };
  }
}

/** The driver's words for a connection that is gone, and Postgres' for a server that is stopping. */
function isConnectionLoss(failure: unknown): boolean {
  const code = codeOf(failure) ?? (failure instanceof Error ? codeOf(failure.cause) : undefined);
  return code !== undefined && /^(CONNECTION_|CONNECT_|ECONN|ENOENT|EPIPE|57P0|08)/.test(code);
}

function codeOf(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return undefined;
  return typeof failure.code === 'string' ? failure.code : undefined;
}

/** Drizzle wraps the database's words; they say more than the query does. */
function messageOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}
