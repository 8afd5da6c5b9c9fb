/** Starts, queues, runs, cancels and ends operations: one at a time in a lane, a bounded number at a time in all. */
import { sql } from 'drizzle-orm';
import { AppError } from '../../shared/failure.ts';
import type { OperationId } from '../../shared/ids.ts';
import { isTerminal, type OperationRecord } from '../../shared/operations.ts';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Emit, Journal } from './journal.ts';
import { heartbeatMs, type Leases } from './leases.ts';
import { createOperationId } from './operation-id.ts';
import { announce, toEndDraft } from './operation-events.ts';
import {
  findOperation,
  insertOperation,
  listLane,
  listPhases,
  listStale,
  listStartable,
  lockOperation,
  markCancelRequested,
  markRunning,
  saveEnding,
  saveRequest,
  toRecord,
  toStored,
  type OperationRow,
} from './operation-store.ts';
import { OperationRun } from './operation-run.ts';
import type { Ending, OperationRequest, StoredOperation, Workflow, Workflows } from './workflow.ts';

export interface OperationsOptions {
  readonly db: Db;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workflows: Workflows;
  /** How many run at a time in this process. */
  readonly slots: number;
  /** How long a running operation may go on after the server was told to stop. */
  readonly graceMs: number;
  readonly retriesInterrupted: boolean;
  /** Called with every heartbeat, for leases that live outside the lease table. */
  readonly onHeartbeat: () => Promise<void>;
}

export interface Started {
  readonly operation: OperationRecord;
  /** True when the request joined one that was already queued. */
  readonly coalesced: boolean;
}

const laneCapacity = 20;
const joinsKept = 20;
const settleMs = 15_000;
const retryDelayMs = 5_000;

export class Operations implements AsyncDisposable {
  readonly #options: OperationsOptions;
  readonly #runs = new Map<OperationId, OperationRun>();
  #timers: NodeJS.Timeout[] = [];
  #reserved = 0;
  #dispatching: Promise<void> | null = null;
  #dispatchAgain = false;
  /** Being admitted: each may yet become a run that closing has to wait for. */
  readonly #starting = new Set<Promise<Started>>();
  #isClosing = false;

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  /** Settles what dead servers left behind, then takes up the queue and keeps both going. */
  async open(): Promise<void> {
    await this.settleStale();
    const heartbeat = setInterval(() => void this.#safely('heartbeat', () => this.#beat()), heartbeatMs);
    const settle = setInterval(() => void this.#safely('settle', () => this.settleStale()), settleMs);
    this.#timers = [heartbeat, settle];
    for (const timer of this.#timers) timer.unref();
    this.dispatch();
  }

  /** The record is durable when this resolves; the work may already be running. */
  async start(request: OperationRequest): Promise<Started> {
    if (this.#isClosing) throw new AppError('UNAVAILABLE', 'The server is stopping; try again in a moment.');
    const starting = this.#start(request);
    this.#starting.add(starting);
    try {
      return await starting;
    } finally {
      this.#starting.delete(starting);
    }
  }

  async #start(request: OperationRequest): Promise<Started> {
    const slot = this.#reserveSlot();
    try {
      const { started, begun } = await this.#options.journal.transact((tx, emit) =>
        this.#admit(tx, emit, request, slot),
      );
      if (begun !== null) this.#run(begun.operation, begun.token, begun.queuedMs);
      return started;
    } finally {
      if (slot) this.#reserved -= 1;
      this.dispatch();
    }
  }

  async #admit(tx: Transaction, emit: Emit, request: OperationRequest, hasSlot: boolean) {
    const workflow = this.#options.workflows[request.kind];
    await this.#lockLane(tx, request.lane);
    await request.refuse?.(tx);
    await this.#settleIn(tx, emit, await this.#listStaleIn(tx, request.lane));
    const lane = await listLane(tx, request.lane);
    const queued = lane.filter((row) => row.status === 'queued').map(toStored);

    const joined = workflow.join?.(request, queued) ?? null;
    if (joined !== null) {
      await request.admit?.(tx, joined.into, emit);
      return { started: await this.#join(tx, request, joined), begun: null };
    }
    if (queued.length >= laneCapacity && request.isNeverRefused !== true) throw queueFull();

    const now = this.#options.clock.now();
    const row = await insertOperation(tx, createOperationId(now.getTime()), request, now);
    const operation = toStored(row);
    await request.admit?.(tx, operation, emit);
    emit(announce('operation:queued', row, this.#record(row)));
    await this.#supersede(tx, emit, workflow, queued, operation);

    const isFree = lane.every((other) => other.status === 'queued' && workflow.supersedes?.(toStored(other)));
    const begun =
      hasSlot && isFree && request.delayMs === undefined ? await this.#begin(tx, emit, row) : null;
    const current = begun?.row ?? row;
    return {
      started: { operation: this.#record(current), coalesced: false },
      begun: begun === null ? null : { operation, token: begun.token, queuedMs: 0 },
    };
  }

  async #join(
    tx: Transaction,
    request: OperationRequest,
    { into, options, metadata }: NonNullable<ReturnType<NonNullable<Workflow['join']>>>,
  ): Promise<Started> {
    const before = Array.isArray(metadata.joined) ? metadata.joined : [];
    const { trigger, actor } = request;
    const joined = [...before, { trigger, actor, at: this.#options.clock.now().toISOString() }].slice(
      -joinsKept,
    );
    const row = await saveRequest(tx, into.id, { options, metadata: { ...metadata, joined } });
    return { operation: this.#record(row), coalesced: true };
  }

  /** OP21: what this one will do anyway need not be done twice. */
  async #supersede(
    tx: Transaction,
    emit: Emit,
    workflow: Workflow,
    queued: readonly StoredOperation[],
    by: StoredOperation,
  ): Promise<void> {
    for (const other of queued.filter((one) => workflow.supersedes?.(one) === true)) {
      const error = `Its work is done by ${by.kind} ${by.id}`;
      await this.#end(tx, emit, other, {
        status: 'cancelled',
        error,
        errorCode: 'coalesced',
        coalescedInto: by.id,
      });
    }
  }

  /** Makes a queued operation running if its lane's lease can be had. */
  async #begin(
    tx: Transaction,
    emit: Emit,
    row: OperationRow,
  ): Promise<{ row: OperationRow; token: string } | null> {
    const token = await this.#options.leases.acquire(tx, row.lane, row.id);
    if (token === null) return null;
    const operation = toStored(row);
    const running = await markRunning(tx, row.id, this.#options.clock.now());
    emit(announce('operation:started', running, this.#record(running)));
    await this.#options.workflows[operation.kind].begin?.(tx, operation, emit);
    return { row: running, token };
  }

  #run(operation: StoredOperation, token: string, queuedMs: number): void {
    const { journal, leases, clock, log, workflows } = this.#options;
    const run = new OperationRun({
      operation,
      token,
      queuedMs,
      journal,
      leases,
      clock,
      log,
      workflow: workflows[operation.kind],
    });
    this.#runs.set(operation.id, run);
    // Never rejects: an operation's failure is its record.
    void run.done.then(() => {
      this.#runs.delete(operation.id);
      this.dispatch();
    });
  }

  /** Starts what waits and may run; calls while one is under way are answered by one more look. */
  dispatch(): void {
    if (this.#isClosing) return;
    if (this.#dispatching !== null) {
      this.#dispatchAgain = true;
      return;
    }
    this.#dispatching = this.#safely('dispatch', () => this.#startWaiting()).finally(() => {
      this.#dispatching = null;
      if (!this.#dispatchAgain) return;
      this.#dispatchAgain = false;
      this.dispatch();
    });
  }

  async #startWaiting(): Promise<void> {
    if (!this.#hasSlot()) return;
    for (const candidate of await listStartable(this.#options.db)) {
      if (!this.#isKnown(candidate) || !this.#reserveSlot()) continue;
      try {
        await this.#startOne(candidate.id);
      } finally {
        this.#reserved -= 1;
      }
    }
  }

  async #startOne(id: string): Promise<void> {
    const begun = await this.#options.journal.transact(async (tx, emit) => {
      const row = await lockOperation(tx, id);
      if (row === undefined || row.status !== 'queued') return null;
      await this.#lockLane(tx, row.lane);
      const lane = await listLane(tx, row.lane);
      if (lane.some((other) => other.status === 'running') || lane[0]?.id !== row.id) return null;
      return await this.#begin(tx, emit, row);
    });
    if (begun === null) return;
    const { queuedAt } = begun.row;
    const queuedMs = Math.max(0, this.#options.clock.now().getTime() - queuedAt.getTime());
    this.#run(toStored(begun.row), begun.token, queuedMs);
  }

  /** Answers when the wish is durable; the operation is terminal within two seconds (OP31). */
  async cancel(id: string): Promise<void> {
    await this.#options.journal.transact(async (tx, emit) => {
      const row = await lockOperation(tx, id);
      if (row === undefined) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
      if (isTerminal(row.status)) throw alreadyFinished(row);
      if (row.status === 'queued') return await this.#end(tx, emit, toStored(row), cancelled);
      if (row.cancelRequestedAt !== null) return undefined;
      const asked = await markCancelRequested(tx, row, this.#options.clock.now());
      return emit(announce('operation:cancelling', asked, this.#record(asked)));
    });
    // Another server's runs hear the event; our own need not wait for it.
    this.#runs.get(id as OperationId)?.cancel();
    this.dispatch();
  }

  /** Told by the journal: the wish may have reached another server. */
  hearCancelling(id: OperationId): void {
    this.#runs.get(id)?.cancel();
  }

  /** Resolves with the terminal record, of the operation it was coalesced into if it was. */
  async settled(id: OperationId, signal: AbortSignal): Promise<OperationRecord> {
    for (;;) {
      signal.throwIfAborted();
      // Armed before the look, so that an end between the look and the wait is heard.
      const ring = this.#options.journal.bus.nextRing(signal);
      const row = await findOperation(this.#options.db, id);
      if (row === undefined) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
      if (row.coalescedInto !== null) return await this.settled(row.coalescedInto as OperationId, signal);
      if (isTerminal(row.status)) return await this.#fullRecord(row);
      await ring;
    }
  }

  /** The record as it stands, without phases. */
  async find(queryable: Queryable, id: string): Promise<OperationRecord | undefined> {
    const row = await findOperation(queryable, id);
    return row === undefined ? undefined : this.#record(row);
  }

  async #fullRecord(row: OperationRow): Promise<OperationRecord> {
    const phases = await listPhases(this.#options.db, [row.id]);
    return toRecord(row, { phases: phases.get(row.id) ?? [], now: this.#options.clock.now() });
  }

  /** Ends the running operations of servers that are gone (OP10); never one with a live lease. */
  async settleStale(): Promise<void> {
    const { db, journal, leases } = this.#options;
    const stale = await listStale(db, await leases.findDeadOwners(db));
    for (const { lane } of stale) {
      await journal.transact(async (tx, emit) => {
        await this.#lockLane(tx, lane);
        await this.#settleIn(tx, emit, await this.#listStaleIn(tx, lane));
      });
    }
    if (this.#options.retriesInterrupted) await this.#retryOnce(stale);
    this.dispatch();
  }

  async #retryOnce(stale: readonly OperationRow[]): Promise<void> {
    for (const row of stale.filter((one) => one.attempt === 1 && this.#isKnown(one))) {
      const { kind, lane, projectId, projectSlug, actor, options, metadata, attempt, id } = toStored(row);
      const again = { kind, lane, projectId, projectSlug, actor, options, metadata };
      await this.start({
        ...again,
        trigger: 'retry',
        attempt: attempt + 1,
        retryOf: id,
        delayMs: retryDelayMs,
      });
    }
  }

  async #listStaleIn(tx: Transaction, lane: string): Promise<OperationRow[]> {
    const stale = await listStale(tx, await this.#options.leases.findDeadOwners(tx));
    // Our own run may be between its last commit and its removal from the table of runs.
    return stale.filter((row) => row.lane === lane && !this.#runs.has(row.id as OperationId));
  }

  async #settleIn(tx: Transaction, emit: Emit, stale: readonly OperationRow[]): Promise<void> {
    for (const row of stale) await this.#end(tx, emit, toStored(row), interrupted);
  }

  /** The terminal event of an operation that is not running here. */
  async #end(tx: Transaction, emit: Emit, operation: StoredOperation, ending: Ending): Promise<void> {
    const row = await lockOperation(tx, operation.id);
    if (row === undefined || isTerminal(row.status)) return;
    const ended = await saveEnding(tx, operation.id, ending, row.stats, this.#options.clock.now());
    const end = { ending, result: null, durationMs: row.durationMs };
    await this.#options.workflows[operation.kind]?.end?.(tx, operation, end, emit);
    const phases = await listPhases(tx, [row.id]);
    emit(toEndDraft(ended, toRecord(ended, { phases: phases.get(row.id) ?? [], now: ended.updatedAt })));
  }

  /** Stops the operations of a project that is going; they write nothing afterwards. */
  async cancelLane(tx: Transaction, emit: Emit, lane: string): Promise<OperationId[]> {
    const ids: OperationId[] = [];
    for (const row of await listLane(tx, lane)) {
      ids.push(row.id as OperationId);
      await this.#end(tx, emit, toStored(row), cancelled);
    }
    await this.#options.leases.revoke(tx, lane);
    return ids;
  }

  /** After the commit of `cancelLane`: ends the work itself. */
  abandon(ids: readonly OperationId[]): void {
    for (const id of ids) this.#runs.get(id)?.cancel();
  }

  get runningCount(): number {
    return this.#runs.size;
  }

  /** Lets running work finish within its grace, then interrupts it (F21). */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await Promise.allSettled(this.#starting);
    await this.#dispatching;
    const all = Promise.all([...this.#runs.values()].map((run) => run.done));
    const grace = setTimeout(() => this.#interruptRuns(), this.#options.graceMs);
    await all;
    clearTimeout(grace);
    // The heartbeat goes last: work that uses its grace must not lose its lease.
    for (const timer of this.#timers) clearInterval(timer);
  }

  #interruptRuns(): void {
    for (const run of this.#runs.values()) run.interrupt();
  }

  async #beat(): Promise<void> {
    if (this.#runs.size > 0) await this.#options.leases.renew(this.#options.db);
    await this.#options.onHeartbeat();
    this.dispatch();
  }

  async #lockLane(tx: Transaction, lane: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${lane}, 0))`);
  }

  #record(row: OperationRow): OperationRecord {
    return toRecord(row, { now: this.#options.clock.now() });
  }

  #isKnown(row: OperationRow): boolean {
    return row.kind in this.#options.workflows;
  }

  #hasSlot(): boolean {
    return this.#runs.size + this.#reserved < this.#options.slots;
  }

  #reserveSlot(): boolean {
    if (!this.#hasSlot()) return false;
    this.#reserved += 1;
    return true;
  }

  async #safely(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      // The database may be away; the next beat tries again, and health tells.
      this.#options.log.warn({ err: failure }, `The ${what} of operations failed`);
    }
  }
}

const cancelled: Ending = { status: 'cancelled', error: 'Cancelled', errorCode: 'cancelled' };

const interrupted: Ending = {
  status: 'failed',
  error: 'Sync interrupted: the server running it stopped',
  errorCode: 'interrupted',
};

const queueFull = (): AppError =>
  new AppError(
    'QUEUE_FULL',
    `${laneCapacity} operations of this project wait already; try again when one has ended.`,
    {
      headers: { 'Retry-After': '5' },
    },
  );

const alreadyFinished = (row: OperationRow): AppError =>
  new AppError('OPERATION_FINISHED', `Operation ${row.id} has already ended`, {
    details: { status: row.status, finishedAt: row.finishedAt?.toISOString() ?? null },
  });
