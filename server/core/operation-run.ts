/** One operation while it runs: gives the work its context, narrates it, and makes its end durable exactly once. */
import { setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { EventDraft } from '../../shared/events/index.ts';
import { isTerminal } from '../../shared/operations.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Emit, Journal } from './journal.ts';
import { cancelled, interrupted } from './endings.ts';
import { LeaseLost, type Leases } from './leases.ts';
import { Narration } from './narration.ts';
import { toEndDraft } from './operation-events.ts';
import { lockLane } from './lane-queue.ts';
import { toRecord } from './operation-record.ts';
import { lockOperation, saveCounters, saveEnding, saveNarration } from './operation-store.ts';
import {
  OperationFailure,
  type Ending,
  type Json,
  type OperationContext,
  type RunResult,
  type StoredOperation,
  type Workflow,
} from './workflow.ts';
import { isConnectionLoss, isTransient, messageOf, toWriteRefusal } from '../db/database-failure.ts';
import type { Db, Transaction } from '../db/open.ts';

interface RunOptions {
  readonly operation: StoredOperation;
  readonly token: string;
  readonly queuedMs: number;
  readonly db: Db;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workflow: Workflow;
  /** Joins the transaction that ends an operation because its server stops. */
  readonly interrupted: (tx: Transaction, emit: Emit) => Promise<void>;
  /** The same, where the database went away or took no writes. */
  readonly withoutDatabase: (tx: Transaction, emit: Emit) => Promise<void>;
}

/** EV6: at most ten progress commits a second. */
const narrateMs = 100;
/** OP31: work that ignores its signal for this long is left behind; the fence refuses what it still writes. */
const patienceMs = 1500;
const statementPatienceMs = 1000;
const retryEndMs = 1000;
const despairMs = 15_000;

type StopReason = 'cancel' | 'shutdown' | 'lease-lost';

interface Outcome {
  readonly ending: Ending;
  /** Null unless the work came to its own end. */
  readonly result: RunResult | null;
  readonly stats: Json;
}

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

  async #work(): Promise<Outcome> {
    const context = this.#createContext();
    try {
      const result = await Promise.race([this.#options.workflow.run(context), this.#leftBehind()]);
      const { message, stats } = result;
      return { ending: { status: 'completed', message }, result, stats };
    } catch (failure) {
      if (failure instanceof LeaseLost) this.#stop('lease-lost');
      return { ending: this.#toEnding(failure), result: null, stats: {} };
    }
  }

  /** Rejects some time after the stop, so that deaf work cannot hold up its end. */
  #leftBehind(): Promise<never> {
    const patience = this.#options.workflow.patienceMs ?? patienceMs;
    return new Promise((_resolve, reject) => {
      this.#abort.signal.addEventListener(
        'abort',
        () => startTimer(() => reject(this.#abort.signal.reason as Error), patience).unref(),
        { once: true },
      );
    });
  }

  #createContext(): OperationContext<StoredOperation> {
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
      conclude: (work) => this.#conclude(work),
    };
  }

  async #transact<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T> {
    const { journal, leases, operation, token } = this.#options;
    const { signal } = this.#abort;
    signal.throwIfAborted();
    const finished = new AbortController();
    try {
      return await journal.transact(async (tx, emit) => {
        const { pid } = await leases.fence(tx, operation.lane, token);
        signal.addEventListener('abort', () => void this.#cutOff(pid, finished.signal), {
          signal: finished.signal,
        });
        const result = await work(tx, emit);
        // Asked again after the rows: a cancelled sync commits no further batch.
        signal.throwIfAborted();
        return result;
      });
    } finally {
      finished.abort();
    }
  }

  async #conclude<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T> {
    const { journal, leases, operation, token } = this.#options;
    return await journal.transact(async (tx, emit) => {
      await leases.fence(tx, operation.lane, token);
      return await work(tx, emit);
    });
  }

  /** A statement that goes on for long after the stop, or waits for a lock, would hold up the end. Never rejects. */
  async #cutOff(pid: number, finished: AbortSignal): Promise<void> {
    const { db, log, operation } = this.#options;
    try {
      await setTimeout(statementPatienceMs, undefined, { signal: finished });
      await db.execute(sql`select pg_cancel_backend(${pid})`);
    } catch (failure) {
      if (!finished.aborted) log.warn({ err: failure, operationId: operation.id }, 'A statement goes on');
    }
  }

  #narrateSoon(): void {
    if (this.#narrating !== null || this.#isEnding) return;
    this.#narrating = startTimer(() => {
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
        const row = await saveNarration(tx, operation.id, this.#narration);
        // The event that tells of the wish may be late, or lost on its way from another server.
        if (row.cancelRequestedAt !== null) this.cancel();
      });
    } catch (failure) {
      if (failure instanceof LeaseLost) return this.#stop('lease-lost');
      this.#narration.giveBack(drafts);
      // Told again with the next; the work itself finds out about a lost database when it writes.
      log.warn({ err: failure, operationId: operation.id }, 'Progress could not be stored');
    }
  }

  #toEnding(failure: unknown): Ending {
    if (this.#stopReason === 'cancel') return cancelled;
    if (this.#stopReason === 'shutdown' || this.#stopReason === 'lease-lost') return interrupted;
    if (failure instanceof OperationFailure) {
      return { status: 'failed', error: failure.message, errorCode: failure.code };
    }
    const { operation, log } = this.#options;
    const isAway = isConnectionLoss(failure) || toWriteRefusal(failure) !== null;
    if (isAway) log.warn({ err: failure, operationId: operation.id }, 'The database went away');
    else log.error({ err: failure, operationId: operation.id }, 'An operation failed');
    const error = `In phase ${this.#narration.phase}: ${messageOf(failure)}`;
    return { status: 'failed', error, errorCode: isAway ? 'database_unavailable' : 'internal' };
  }

  /** Tried until the database takes it: an operation without a terminal event would be stuck for ever (LAW3). */
  async #finish(outcome: Outcome): Promise<void> {
    this.#narration.close();
    const drafts = this.#narration.takeDrafts();
    const restore = this.#narration.keepFigures();
    // Of what the work came to; the last commit adds to it, if it is made.
    const stats = { ...outcome.stats };
    for (let current = outcome; ;) {
      try {
        return await this.#commitEnd(current, drafts);
      } catch (failure) {
        restore();
        if (failure instanceof LeaseLost) return this.#options.workflow.lost?.(this.#options.operation);
        const isLast = !isTransient(failure) && current !== outcome;
        // Whoever opens this database next finds the operation without its server.
        if (this.#stopReason === 'shutdown' && (isTransient(failure) || isLast)) return;
        if (isTransient(failure)) await setTimeout(retryEndMs);
        else if (isLast) await this.#despair(failure);
        else current = { ending: this.#toEnding(failure), result: null, stats };
      }
    }
  }

  /** Not even the bare failure can be written. The lane stays taken: whatever it is must be seen and mended. */
  async #despair(failure: unknown): Promise<void> {
    const { log, operation } = this.#options;
    log.error({ err: failure, operationId: operation.id }, 'The end of an operation could not be stored');
    await setTimeout(despairMs);
  }

  async #commitEnd({ ending, result, stats: told }: Outcome, drafts: readonly EventDraft[]): Promise<void> {
    const { journal, leases, operation, token, workflow, clock } = this.#options;
    const narration = this.#narration;
    const isCompleted = ending.status === 'completed';
    const again = this.#findRetry(ending);
    await journal.transact(async (tx, emit) => {
      // What is tried again joins the lane; its lock comes first, like everywhere.
      if (again !== null) await lockLane(tx, operation.lane);
      await leases.fence(tx, operation.lane, token);
      if (isCompleted && this.#stopReason === 'cancel') throw this.#cancelFirst();
      await result?.commit?.(tx, emit);
      // Locked only now: a wish to cancel is taken while the last writes are made.
      const before = await lockOperation(tx, operation.id);
      if (before === undefined || isTerminal(before.status)) return;
      if (isCompleted && before.cancelRequestedAt !== null) throw this.#cancelFirst();
      narration.settle(isCompleted, isCompleted ? ending.message : ending.error);
      // The last writes add to the story, if they are made.
      [...drafts, ...narration.takeDrafts()].forEach(emit);
      const { durationMs } = narration;
      const stats = this.#toStats(told);
      const [saved] = await Promise.all([
        saveEnding(tx, operation.id, { ending, stats, at: clock.now() }, narration),
        leases.release(tx, operation.lane, token),
      ]);
      const known = await workflow.end?.(tx, operation, { ending, result, durationMs }, emit);
      const row = known ? await saveCounters(tx, saved, known) : saved;
      emit(toEndDraft(row, toRecord(row, { phases: narration.phases, now: row.updatedAt })));
      await again?.(tx, emit);
    });
  }

  #findRetry(ending: Ending) {
    const { interrupted: afterStop, withoutDatabase } = this.#options;
    if (ending.status !== 'failed') return null;
    if (ending.errorCode === 'interrupted') return afterStop;
    return ending.errorCode === 'database_unavailable' ? withoutDatabase : null;
  }

  /** A wish to cancel that was durable before the end wins over it. */
  #cancelFirst(): Error {
    this.#stop('cancel');
    return new OperationFailure('cancelled', 'Cancelled');
  }

  #toStats(stats: Json): Json {
    const { counters, durationMs, issues } = this.#narration.toColumns();
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
