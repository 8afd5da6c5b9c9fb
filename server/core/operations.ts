/** Starts, queues, runs, cancels and ends operations: one at a time in a lane, a bounded number at a time in all. */
import { AppError } from '../../shared/failure.ts';
import type { OperationId } from '../../shared/ids.ts';
import { isTerminal, type OperationKind, type OperationRecord } from '../../shared/operations.ts';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { Emit, Journal } from './journal.ts';
import { Lanes, type Begun } from './lanes.ts';
import { heartbeatMs, type Leases } from './leases.ts';
import { isEnd } from './operation-events.ts';
import { createOperationId } from './operation-id.ts';
import { listRunning, listStartable } from './lane-queue.ts';
import { toRecord, toStored, type OperationRow } from './operation-record.ts';
import { findOperation, listPhases } from './operation-store.ts';
import { OperationRun } from './operation-run.ts';
import type { OperationRequest, Pool, Workflows } from './workflow.ts';

export interface OperationsOptions {
  readonly db: Db;
  readonly journal: Journal;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly workflows: Workflows;
  /** How many of a pool run at a time in this process. */
  readonly slots: Readonly<Record<Pool, number>>;
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

export class Operations implements AsyncDisposable {
  readonly #options: OperationsOptions;
  readonly #lanes: Lanes;
  readonly #runs = new Map<OperationId, OperationRun>();
  /** Ids whose transaction may commit at any moment: what it makes running runs here. */
  readonly #claimed = new Set<string>();
  #heartbeat: NodeJS.Timeout | null = null;
  readonly #taken: Record<Pool, number> = { index: 0, push: 0 };
  #dispatching: Promise<void> | null = null;
  #dispatchAgain = false;
  /** Being admitted: each may yet become a run that closing has to wait for. */
  readonly #starting = new Set<Promise<Started>>();
  #isClosing = false;

  constructor(options: OperationsOptions) {
    this.#options = options;
    this.#lanes = new Lanes({
      ...options,
      isOurs: (id) => this.#runs.has(id as OperationId) || this.#claimed.has(id),
    });
  }

  /** Settles what dead servers left behind, then takes up the queue and keeps both going. */
  async open(): Promise<void> {
    await this.settleStale();
    this.#heartbeat = setInterval(() => void this.#safely('heartbeat', () => this.#beat()), heartbeatMs);
    this.#heartbeat.unref();
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
    const { journal, clock } = this.#options;
    const id = createOperationId(clock.now().getTime());
    const pool = this.#poolOf(request.kind);
    const mayBegin = this.#takeSlot(pool);
    this.#claimed.add(id);
    try {
      const { begun, ...started } = await journal.transact((tx, emit) =>
        this.#lanes.admit(tx, emit, request, { id, mayBegin }),
      );
      if (begun !== null) this.#run(begun);
      if (request.delayMs !== undefined) this.#dispatchIn(request.delayMs);
      return started;
    } finally {
      this.#claimed.delete(id);
      if (mayBegin) this.#taken[pool] -= 1;
      // What began at once leaves nothing to start; anything else may have met a slot that is free by now.
      if (!this.#runs.has(id)) this.dispatch();
    }
  }

  #run({ row, token }: Begun): void {
    const { db, journal, leases, clock, log, workflows } = this.#options;
    const operation = toStored(row);
    const startedMs = row.startedAt?.getTime() ?? clock.now().getTime();
    const run = new OperationRun({
      operation,
      token,
      queuedMs: Math.max(0, startedMs - row.queuedAt.getTime()),
      db,
      journal,
      leases,
      clock,
      log,
      workflow: workflows[operation.kind],
      interrupted: (tx, emit) => this.#lanes.retryInterrupted(tx, emit, row),
      // Its end is written when the database is back: so may its work be (F10, F11).
      withoutDatabase: (tx, emit) => this.#lanes.retryOnce(tx, emit, row),
    });
    this.#runs.set(operation.id, run);
    // Never rejects: an operation's failure is its record.
    const pool = this.#poolOf(operation.kind);
    this.#taken[pool] += 1;
    void run.done.then(() => {
      this.#runs.delete(operation.id);
      this.#taken[pool] -= 1;
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

  /** The heartbeat looks too: this is for what is due sooner. */
  #dispatchIn(delayMs: number): void {
    setTimeout(() => this.dispatch(), delayMs + dueSlackMs).unref();
  }

  async #startWaiting(): Promise<void> {
    if (pools.every((pool) => !this.#hasSlot(pool))) return;
    for (const candidate of await listStartable(this.#options.db)) {
      if (!this.#lanes.isKnown(candidate)) continue;
      const pool = this.#poolOf(toStored(candidate).kind);
      if (!this.#takeSlot(pool)) continue;
      // One that cannot begin must not keep the others waiting.
      await this.#safely('start', () => this.#startNext(candidate.lane));
      this.#taken[pool] -= 1;
    }
  }

  async #startNext(lane: string): Promise<void> {
    let claimed: string | null = null;
    const claim = (id: string) => {
      claimed = id;
      this.#claimed.add(id);
    };
    try {
      const begun = await this.#options.journal.transact((tx, emit) =>
        this.#lanes.beginNext(tx, emit, lane, claim),
      );
      if (begun !== null) this.#run(begun);
    } finally {
      if (claimed !== null) this.#claimed.delete(claimed);
    }
  }

  /** Answers when the wish is durable; the operation is terminal within two seconds (OP31). */
  async cancel(id: string): Promise<void> {
    const before = await findOperation(this.#options.db, id);
    if (before === undefined) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
    const row = await this.#options.journal.transact((tx, emit) => this.#lanes.cancel(tx, emit, before));
    if (row === undefined || isTerminal(row.status)) throw alreadyFinished(row ?? before);
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
    signal.throwIfAborted();
    const waiting = new AbortController();
    try {
      // Armed before the look, so that an end between the look and the wait is heard.
      const heard = this.#hearEnd(id, AbortSignal.any([signal, waiting.signal]));
      const row = await findOperation(this.#options.db, id);
      if (row === undefined) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
      const record = isTerminal(row.status) ? await this.#fullRecord(row) : await heard;
      signal.throwIfAborted();
      if (record === null) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
      return record.coalescedInto === null ? record : await this.settled(record.coalescedInto, signal);
    } finally {
      waiting.abort();
    }
  }

  /** The record that the terminal event carries; null when the signal comes first. */
  #hearEnd(id: OperationId, signal: AbortSignal): Promise<OperationRecord | null> {
    return new Promise((resolve) => {
      const subscription = this.#options.journal.bus.entries$.subscribe(({ event }) => {
        if (event.operationId !== id || !isEnd(event)) return;
        subscription.unsubscribe();
        resolve(event.data.operation);
      });
      signal.addEventListener('abort', () => (subscription.unsubscribe(), resolve(null)), { once: true });
    });
  }

  /** The record as it stands, without phases. */
  async find(queryable: Queryable, id: string): Promise<OperationRecord | undefined> {
    const row = await findOperation(queryable, id);
    return row === undefined ? undefined : toRecord(row, { now: this.#options.clock.now() });
  }

  async #fullRecord(row: OperationRow): Promise<OperationRecord> {
    const phases = await listPhases(this.#options.db, [row.id]);
    return toRecord(row, { phases: phases.get(row.id) ?? [], now: this.#options.clock.now() });
  }

  /** Ends the running operations of servers that are gone (OP10); never one with a live lease. */
  async settleStale(): Promise<void> {
    const { db, journal } = this.#options;
    const stale = (await listRunning(db)).filter((entry) => this.#lanes.isStale(entry));
    for (const lane of new Set(stale.map(({ row }) => row.lane))) {
      // One lane that cannot be settled must not keep the others unsettled.
      await this.#safely('settling', async () => {
        await journal.transact((tx, emit) => this.#lanes.open(tx, emit, lane));
      });
    }
    this.dispatch();
  }

  /** Stops the operations of a project that is going; they write nothing afterwards. Comes before the project's row is locked. */
  cancelLane(tx: Transaction, emit: Emit, lane: string): Promise<OperationId[]> {
    return this.#lanes.cancelAll(tx, emit, lane);
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
    if (this.#heartbeat !== null) clearInterval(this.#heartbeat);
  }

  #interruptRuns(): void {
    for (const run of this.#runs.values()) run.interrupt();
  }

  async #beat(): Promise<void> {
    await this.#options.leases.renew(this.#options.db);
    await this.#options.onHeartbeat();
    await this.settleStale();
  }

  #poolOf(kind: OperationKind): Pool {
    return this.#options.workflows[kind].pool ?? 'index';
  }

  #hasSlot(pool: Pool): boolean {
    return this.#taken[pool] < this.#options.slots[pool];
  }

  #takeSlot(pool: Pool): boolean {
    if (!this.#hasSlot(pool)) return false;
    this.#taken[pool] += 1;
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

const pools = ['index', 'push'] as const satisfies readonly Pool[];

/** The database's clock decides what is due, and may be a little behind. */
const dueSlackMs = 50;

const alreadyFinished = (row: OperationRow): AppError =>
  new AppError('OPERATION_FINISHED', `Operation ${row.id} has already ended`, {
    details: { status: row.status, finishedAt: row.finishedAt?.toISOString() ?? null },
  });
