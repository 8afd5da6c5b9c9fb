/** What happens to the operations of a lane inside a transaction that holds its lock: admitted, begun, joined, ended. */
import { AppError } from '../../shared/failure.ts';
import type { OperationId } from '../../shared/ids.ts';
import { isTerminal, type OperationRecord } from '../../shared/operations.ts';
import type { Transaction } from '../db/open.ts';
import type { Clock } from '../platform/clock.ts';
import { cancelled, doneBy, interrupted } from './endings.ts';
import type { Emit } from './journal.ts';
import type { Leases } from './leases.ts';
import { announce, toEndDraft } from './operation-events.ts';
import { createOperationId } from './operation-id.ts';
import { lockLane, readLane, type LaneEntry } from './lane-queue.ts';
import { toRecord, toStored, toWaitingFor, type OperationRow } from './operation-record.ts';
import {
  insertOperation,
  listPhases,
  lockOperation,
  markCancelRequested,
  markRunning,
  saveCounters,
  saveEnding,
  saveRequest,
} from './operation-store.ts';
import type { Ending, OperationRequest, StoredOperation, Workflow, Workflows } from './workflow.ts';

export interface LanesOptions {
  readonly leases: Leases;
  readonly clock: Clock;
  readonly workflows: Workflows;
  readonly retriesInterrupted: boolean;
  /** Runs in this process, or is about to: never stale, however long this process has slept. */
  readonly isOurs: (id: string) => boolean;
}

/** What a transaction made running, for whoever runs it after the commit. */
export interface Begun {
  readonly row: OperationRow;
  readonly token: string;
}

export interface Admitted {
  readonly operation: OperationRecord;
  /** True when the request joined one that was already queued. */
  readonly coalesced: boolean;
  readonly begun: Begun | null;
}

const laneCapacity = 20;
const joinsKept = 20;
const retryDelayMs = 5_000;

export class Lanes {
  readonly #options: LanesOptions;

  constructor(options: LanesOptions) {
    this.#options = options;
  }

  /**
   * Locks the lane until the commit and ends what dead servers left in it; answers what is queued and running. The
   * order of locks is the same everywhere, so that nobody waits in a circle: lane, lease, operation, project.
   */
  async open(tx: Transaction, emit: Emit, lane: string): Promise<LaneEntry[]> {
    // Sent together, answered in order: the look is taken once the lock is held.
    const [, entries] = await Promise.all([lockLane(tx, lane), readLane(tx, lane)]);
    const stale = entries.filter((entry) => this.isStale(entry));
    const ended = new Set<string>();
    for (const entry of stale) {
      if (await this.#interrupt(tx, emit, entry)) ended.add(entry.row.id);
    }
    return entries.filter(({ row }) => !ended.has(row.id));
  }

  /** Running, and nobody runs it: its lease is gone, has run out, or its holder is proven dead (SY5). */
  isStale({ row, leaseOwner, isExpired }: LaneEntry): boolean {
    if (row.status !== 'running' || this.#options.isOurs(row.id)) return false;
    return leaseOwner === null || isExpired || this.#isGone(leaseOwner);
  }

  /** Our own without a run: it was committed although the database could not tell us so. */
  #isGone(owner: string): boolean {
    const { leases } = this.#options;
    return owner === leases.owner || leases.isDead(owner);
  }

  async admit(
    tx: Transaction,
    emit: Emit,
    request: OperationRequest,
    { id, mayBegin }: { id: OperationId; mayBegin: boolean },
  ): Promise<Admitted> {
    const { clock } = this.#options;
    const workflow = this.#options.workflows[request.kind];
    const entries = await this.open(tx, emit, request.lane);
    await request.refuse?.(tx);
    const waiting = entries.filter(({ row }) => row.status === 'queued');
    const queued = waiting.filter(({ row }) => this.isKnown(row)).map(({ row }) => toStored(row));

    const joined = workflow.join?.(request, queued) ?? null;
    if (joined !== null) {
      await request.admit?.(tx, joined.into, emit);
      const row = await this.#join(tx, request, joined);
      return { operation: this.#toQueued(row, entries), coalesced: true, begun: null };
    }
    if (waiting.length >= laneCapacity && request.isNeverRefused !== true) throw queueFull();

    const isNow = request.delayMs === undefined;
    const superseded = isNow ? queued.filter((one) => workflow.supersedes?.(one, request) === true) : [];
    const gone = new Set<string>(superseded.map((one) => one.id));
    const isFree = entries.every(({ row, isDue }) => gone.has(row.id) || (row.status === 'queued' && !isDue));
    const token =
      mayBegin && isNow && isFree ? await this.#options.leases.acquire(tx, request.lane, id) : null;

    const row = await insertOperation(tx, id, request, { at: clock.now(), isRunning: token !== null });
    const operation = toStored(row);
    await request.admit?.(tx, operation, emit);
    // Also told of one that begins at once: it was queued before it began.
    const asQueued: OperationRow = { ...row, status: 'queued', startedAt: null, message: 'Waiting to start' };
    const queuedRecord = this.#toQueued(asQueued, entries);
    emit(announce('operation:queued', row, queuedRecord));
    for (const one of superseded) await this.end(tx, emit, one.id, doneBy(operation));
    if (token !== null) {
      await this.#announceStarted(tx, emit, row, operation);
      return { operation: this.#record(row), coalesced: false, begun: { row, token } };
    }
    const gaveWay = isNow ? await this.#giveWay(tx, emit, operation, waiting) : null;
    const record = gaveWay === null ? queuedRecord : this.#record(gaveWay);
    return { operation: record, coalesced: false, begun: null };
  }

  /** OP20: the queued operation does this request's work too. */
  async #join(
    tx: Transaction,
    request: OperationRequest,
    { into, options, metadata }: NonNullable<ReturnType<NonNullable<Workflow['join']>>>,
  ): Promise<OperationRow> {
    const before = Array.isArray(metadata.joined) ? metadata.joined : [];
    const { trigger, actor, delayMs } = request;
    const at = this.#options.clock.now().toISOString();
    const joined = [...before, { trigger, actor, at }].slice(-joinsKept);
    const changed = { options, metadata: { ...metadata, joined } };
    return await saveRequest(tx, into.id, delayMs === undefined ? { ...changed, notBefore: null } : changed);
  }

  /** OP21: a batch that comes while a full sync waits has nothing left to do. */
  async #giveWay(
    tx: Transaction,
    emit: Emit,
    operation: StoredOperation,
    waiting: readonly LaneEntry[],
  ): Promise<OperationRow | null> {
    const due = waiting
      .filter(({ row, isDue }) => isDue && this.isKnown(row))
      .map(({ row }) => toStored(row));
    const by = due.find((one) => this.#options.workflows[one.kind].supersedes?.(operation, one) === true);
    return by === undefined ? null : await this.end(tx, emit, operation.id, doneBy(by));
  }

  /** Makes the first of a free lane running, told to `claim` beforehand; null if there is none that may. */
  async beginNext(tx: Transaction, emit: Emit, lane: string, claim: (id: string) => void) {
    const entries = await this.open(tx, emit, lane);
    const next = entries.find(({ row, isDue }) => row.status === 'queued' && isDue);
    const isBusy = entries.some(({ row }) => row.status === 'running');
    if (isBusy || next === undefined || !this.isKnown(next.row)) return null;
    claim(next.row.id);
    const token = await this.#options.leases.acquire(tx, lane, next.row.id);
    if (token === null) return null;
    const row = await markRunning(tx, next.row.id, this.#options.clock.now());
    await this.#announceStarted(tx, emit, row, toStored(row));
    return { row, token };
  }

  /** The row as it is then; one that had ended before stays as it was. */
  async cancel(tx: Transaction, emit: Emit, { id, lane }: OperationRow): Promise<OperationRow | undefined> {
    await this.open(tx, emit, lane);
    const row = await lockOperation(tx, id);
    if (row === undefined || isTerminal(row.status)) return row;
    if (row.status === 'queued') {
      await this.end(tx, emit, id, cancelled);
      return row;
    }
    if (row.cancelRequestedAt !== null) return row;
    const asked = await markCancelRequested(tx, row, this.#options.clock.now());
    emit(announce('operation:cancelling', asked, this.#record(asked)));
    return asked;
  }

  /** Ends whatever has not ended, running or not, and takes the lease: nobody writes in this lane afterwards. */
  async cancelAll(tx: Transaction, emit: Emit, lane: string): Promise<OperationId[]> {
    const entries = await this.open(tx, emit, lane);
    await this.#options.leases.revoke(tx, lane);
    for (const { row } of entries) await this.end(tx, emit, row.id, cancelled);
    return entries.map(({ row }) => row.id as OperationId);
  }

  /** The terminal event of an operation that is not running here; null if another end came first. */
  async end(tx: Transaction, emit: Emit, id: string, ending: Ending): Promise<OperationRow | null> {
    const row = await lockOperation(tx, id);
    if (row === undefined || isTerminal(row.status)) return null;
    const { stats, durationMs } = row;
    let ended = await saveEnding(tx, id, { ending, stats, at: this.#options.clock.now() }, null);
    if (this.isKnown(row)) {
      const operation = toStored(row);
      const workflow = this.#options.workflows[operation.kind];
      const known = await workflow.end?.(tx, operation, { ending, result: null, durationMs }, emit);
      if (known) ended = await saveCounters(tx, ended, known);
    }
    const phases = (await listPhases(tx, [id])).get(id) ?? [];
    emit(toEndDraft(ended, toRecord(ended, { phases, now: ended.updatedAt })));
    return ended;
  }

  isKnown(row: OperationRow): boolean {
    return row.kind in this.#options.workflows;
  }

  /** True when it has ended; false when its holder has come back to life in time. */
  async #interrupt(tx: Transaction, emit: Emit, { row, leaseOwner }: LaneEntry): Promise<boolean> {
    // First of all the lease: a holder that was only asleep writes nothing from here on (SY7).
    if (leaseOwner !== null) {
      const gone = this.#isGone(leaseOwner) ? leaseOwner : null;
      if (!(await this.#options.leases.revokeStale(tx, row.lane, gone))) return false;
    }
    const wasCancelled = row.cancelRequestedAt !== null;
    await this.end(tx, emit, row.id, wasCancelled ? cancelled : interrupted);
    if (!wasCancelled) await this.retryInterrupted(tx, emit, row);
    return true;
  }

  /** OP10: where that is wished for. */
  async retryInterrupted(tx: Transaction, emit: Emit, row: OperationRow): Promise<void> {
    if (this.#options.retriesInterrupted) await this.retryOnce(tx, emit, row);
  }

  /** In the same transaction as the end, so that no crash can come between. */
  async retryOnce(tx: Transaction, emit: Emit, row: OperationRow): Promise<void> {
    if (row.attempt !== 1 || !this.isKnown(row)) return;
    const { id, attempt, ...same } = toStored(row);
    if (this.#options.workflows[same.kind].isRetriedByHand === true) return;
    const again = { ...same, trigger: 'retry', attempt: attempt + 1, retryOf: id, delayMs: retryDelayMs };
    const place = { id: createOperationId(this.#options.clock.now().getTime()), mayBegin: false };
    await this.admit(tx, emit, { ...again, isNeverRefused: true }, place);
  }

  #toQueued(row: OperationRow, entries: readonly LaneEntry[]): OperationRecord {
    const now = this.#options.clock.now();
    const active = entries.map((entry) => entry.row);
    return toRecord(row, { waitingFor: toWaitingFor(row, active, now), now });
  }

  async #announceStarted(
    tx: Transaction,
    emit: Emit,
    row: OperationRow,
    operation: StoredOperation,
  ): Promise<void> {
    emit(announce('operation:started', row, this.#record(row)));
    await this.#options.workflows[operation.kind].begin?.(tx, operation, emit);
  }

  #record(row: OperationRow): OperationRecord {
    return toRecord(row, { now: this.#options.clock.now() });
  }
}

const queueFull = (): AppError =>
  new AppError(
    'QUEUE_FULL',
    `${laneCapacity} operations wait in this lane already; try again when one has ended.`,
    { headers: { 'Retry-After': '5' } },
  );
