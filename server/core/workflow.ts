/** What the runner knows of a kind of work: how it begins, runs and ends, and what it may share a queue with. */
import type { EventDraft } from '../../shared/events/index.ts';
import type { OperationId, ProjectId } from '../../shared/ids.ts';
import type { FileIssue } from '../../shared/issues.ts';
import type {
  Actor,
  CounterName,
  Counters,
  OperationErrorCode,
  OperationKind,
  PhaseName,
} from '../../shared/operations.ts';
import type { Transaction } from '../db/open.ts';
import type { Emit } from './journal.ts';

export type Json = Record<string, unknown>;

export interface OperationRequest {
  readonly kind: OperationKind;
  readonly lane: string;
  /** Null for work that belongs to no project of ours, like a push of a tree that came with the request. */
  readonly projectId: ProjectId | null;
  readonly projectSlug: string | null;
  readonly trigger: string;
  readonly actor: Actor;
  /** What the work needs to run, also after a restart. */
  readonly options: Json;
  /** What people see of it (OP17). */
  readonly metadata: Json;
  readonly attempt?: number;
  readonly retryOf?: OperationId;
  /** Waits at least this long before it runs. */
  readonly delayMs?: number;
  /** Merges rather than be refused when the lane is full (OP19). */
  readonly isNeverRefused?: boolean;
  /** Asked first of all in the lane: what it throws refuses the request before anything is written. */
  readonly refuse?: (tx: Transaction) => Promise<void>;
  /** Joins the transaction that makes the record durable, also when it joins a queued one; what it throws refuses the request. */
  readonly admit?: Admit;
}

export type Admit = (tx: Transaction, operation: StoredOperation, emit: Emit) => Promise<void>;

/** The stored parts of an operation that work is decided by. */
export interface StoredOperation {
  readonly id: OperationId;
  readonly kind: OperationKind;
  readonly lane: string;
  /** Null for work that belongs to no project of ours, like a push of a tree that came with the request. */
  readonly projectId: ProjectId | null;
  readonly projectSlug: string | null;
  readonly trigger: string;
  readonly actor: Actor;
  readonly options: Json;
  readonly metadata: Json;
  readonly attempt: number;
}

/** Work of different pools does not wait for the other's slots. */
export type Pool = 'index' | 'push';

export type Ending =
  | { readonly status: 'completed'; readonly message: string }
  | { readonly status: 'failed'; readonly error: string; readonly errorCode: OperationErrorCode }
  | {
      readonly status: 'cancelled';
      readonly error: string;
      readonly errorCode: 'cancelled' | 'coalesced';
      readonly coalescedInto?: OperationId;
    };

export interface RunResult {
  readonly message: string;
  readonly stats: Json;
  /** Writes that become durable with the terminal event, or not at all (SY10). */
  readonly commit?: (tx: Transaction, emit: Emit) => Promise<void>;
}

export interface OperationContext<O extends StoredOperation = ProjectOperation> {
  readonly operation: O;
  readonly signal: AbortSignal;
  /** Ends the phase before; a phase that is never entered stands in `metadata.skipped`. */
  enter(phase: PhaseName, total?: number | null): void;
  skip(phases: readonly PhaseName[] | 'links', reason: string): void;
  progress(processed: number, named?: Readonly<Record<string, number>>, total?: number | null): void;
  count(counter: CounterName, by?: number): void;
  say(message: string): void;
  /** Narrates issues; keeping them is the work's own matter. */
  report(issues: readonly FileIssue[]): void;
  emit(draft: EventDraft): void;
  /** A transaction that is refused once the lease has changed hands; pending narration shares its commit. */
  transact<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T>;
  /** The same, also after a cancel: for what has happened outside already and must not be forgotten. */
  conclude<T>(work: (tx: Transaction, emit: Emit) => Promise<T>): Promise<T>;
}

/** Everything about an end that is not the record itself. */
export interface OperationEnd<R extends RunResult = RunResult> {
  readonly ending: Ending;
  /** What the run came to; null unless it came to its own end. */
  readonly result: R | null;
  readonly durationMs: number;
}

export interface Workflow<R extends RunResult = RunResult, O extends StoredOperation = StoredOperation> {
  /** Which slots it runs in; the index's unless said otherwise. */
  readonly pool?: Pool;
  /** How long the work may go on after it was told to stop, in milliseconds, before it is left behind (OP31). */
  readonly patienceMs?: number;
  /** OP10 does not try it again by itself. */
  readonly isRetriedByHand?: boolean;
  /** Decided before an id is handed out: the queued operation that also does this request's work (OP20). */
  join?(
    request: OperationRequest,
    queued: readonly StoredOperation[],
  ): { into: StoredOperation; options: Json; metadata: Json } | null;
  /** Queued operations that are redundant while `by`, one of this kind, waits (OP21). */
  supersedes?(queued: StoredOperation, by: { readonly options: Json }): boolean;
  /** Joins the transaction that makes the operation running. */
  begin?(tx: Transaction, operation: O, emit: Emit): Promise<void>;
  run(context: OperationContext<O>): Promise<R>;
  /**
   * Joins the transaction of the terminal event, however the operation ended. Answers the counters of the whole
   * operation where its rows know them better than what was counted on the way.
   */
  end?(tx: Transaction, operation: O, end: OperationEnd<R>, emit: Emit): Promise<Counters | void>;
  /** The run has lost its lease: somebody else has ended the operation, and what it remembers was never written. */
  lost?(operation: O): void;
}

/** Work on the index of one project, which it therefore has. */
export interface ProjectOperation extends StoredOperation {
  readonly projectId: ProjectId;
  readonly projectSlug: string;
}

/** A workflow of project work as the runner knows it, which has operations of all kinds. */
export function forProjects<R extends RunResult>(workflow: Workflow<R, ProjectOperation>): Workflow<R> {
  return {
    ...workflow,
    run: (context) => workflow.run({ ...context, operation: requireProject(context.operation) }),
    begin: async (tx, operation, emit) => await workflow.begin?.(tx, requireProject(operation), emit),
    end: async (tx, operation, ended, emit) =>
      await workflow.end?.(tx, requireProject(operation), ended, emit),
    lost: (operation) => workflow.lost?.(requireProject(operation)),
  };
}

export function requireProject(operation: StoredOperation): ProjectOperation {
  const { projectId, projectSlug } = operation;
  if (projectId === null || projectSlug === null) throw new Error(`${operation.kind} without a project`);
  return { ...operation, projectId, projectSlug };
}

export type Workflows = Readonly<Record<OperationKind, Workflow>>;

/** An end that is the source's fault or the user's wish, not the program's. */
export class OperationFailure extends Error {
  override readonly name = 'OperationFailure';
  readonly code: OperationErrorCode;

  constructor(code: OperationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
