/** Turns the changes of one project into batches, one after the other, none of them lost (WT3, WT7). */
import {
  BehaviorSubject,
  EMPTY,
  NEVER,
  catchError,
  defer,
  first,
  from,
  interval,
  map,
  merge,
  mergeMap,
  of,
  pairwise,
  startWith,
  switchMap,
  take,
  tap,
  timer,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
} from 'rxjs';
import type { TreeChange } from '../../platform/watch-source.ts';
import type { Batch, PendingChanges } from './pending-changes.ts';

/** `dropped`: the watch was halted, and a reconcile pass takes the batch's place. */
export type Outcome = { status: 'done' } | { status: 'failed'; error: string } | { status: 'dropped' };

export type BatchNote =
  { kind: 'dispatching'; batch: Batch } | { kind: 'dispatched'; batch: Batch; outcome: Outcome };

export interface BatchOptions {
  readonly pending: PendingChanges;
  readonly scheduler: SchedulerLike;
  /** Size and time of a file, or null if it is not there. */
  stamp(path: string): string | null;
  /** Somebody rewrites the tree as a whole: a checkout is waited for, so that it is one batch (F6). */
  isHeld(): boolean;
  dispatch(batch: Batch): ObservableInput<Outcome>;
}

type Lane = { state: 'idle' } | { state: 'busy' } | { state: 'retrying'; attempt: number; retryAtMs: number };

const settleMs = 10;
const heldMs = 10;

/** Runs while subscribed. A batch under way at the end finishes by itself; no other begins. */
export function dispatchBatches(
  changes$: Observable<TreeChange>,
  options: BatchOptions,
): Observable<BatchNote> {
  return defer(() => {
    const { pending, scheduler } = options;
    const lane$ = new BehaviorSubject<Lane>({ state: 'idle' });
    let attempt = 0;
    let askedMs = -Infinity;

    const noted$ = changes$.pipe(tap((change) => note(change, scheduler.now())));
    const closed$ = merge(noted$, lane$).pipe(
      switchMap(() => waitForDue(lane$.value, options)),
      map((atMs) => pending.close(atMs)),
    );
    return closed$.pipe(
      mergeMap((batch) => {
        if (batch === null) return EMPTY;
        lane$.next({ state: 'busy' });
        return run(batch, options).pipe(
          tap((note) => {
            if (note.kind === 'dispatched') lane$.next(settleLane(note.outcome, batch));
          }),
        );
      }),
    );

    /** What comes while the tree is rewritten has its whole quiet before it, so that deletions go with the rest. */
    function note(change: TreeChange, nowMs: number): void {
      pending.add(change, nowMs);
      if (nowMs - askedMs < heldMs) return;
      askedMs = nowMs;
      if (options.isHeld()) pending.postpone(nowMs);
    }

    function settleLane(outcome: Outcome, batch: Batch): Lane {
      if (outcome.status !== 'failed') {
        attempt = 0;
        return { state: 'idle' };
      }
      pending.restore(batch, scheduler.now());
      attempt++;
      return { state: 'retrying', attempt, retryAtMs: scheduler.now() + retryDelayMs(attempt) };
    }
  });
}

/** 1, 2, 4 … 60 s. */
export function retryDelayMs(attempt: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(attempt - 1, 6));
}

function run(batch: Batch, { dispatch }: Pick<BatchOptions, 'dispatch'>): Observable<BatchNote> {
  const outcome$ = defer(() => from(dispatch(batch))).pipe(
    take(1),
    catchError((error: unknown) => of<Outcome>({ status: 'failed', error: toMessage(error) })),
    map((outcome): BatchNote => ({ kind: 'dispatched', batch, outcome })),
  );
  return outcome$.pipe(startWith<BatchNote>({ kind: 'dispatching', batch }));
}

/** Says once at which time a batch may close; nothing while another is under way. */
function waitForDue(lane: Lane, options: BatchOptions): Observable<number> {
  const { pending, scheduler } = options;
  const due = pending.due();
  if (due === null || lane.state === 'busy') return EMPTY;

  const atMs = lane.state === 'retrying' ? Math.max(due.atMs, lane.retryAtMs) : due.atMs;
  const isLone = lane.state === 'idle' && due.lonePath !== null;
  const settled$ = isLone ? waitForSettled(due.lonePath, options) : NEVER;
  const reached$ = timer(Math.max(0, atMs - scheduler.now()), scheduler);
  const closes$ = merge(
    settled$.pipe(map(() => scheduler.now())),
    // Timers of Node may fire up to a millisecond early: the quiet they stand for counts as whole.
    reached$.pipe(map(() => Math.max(atMs, scheduler.now()))),
  );
  return closes$.pipe(
    take(1),
    switchMap((closesMs) => (options.isHeld() ? waitForRelease(lane, options) : of(closesMs))),
  );
}

/** What was rewritten as a whole then has its quiet like any other burst, and goes as one. */
function waitForRelease(lane: Lane, options: BatchOptions): Observable<number> {
  const { pending, scheduler } = options;
  return interval(heldMs, scheduler).pipe(
    first(() => !options.isHeld()),
    tap(() => pending.postpone(scheduler.now())),
    switchMap(() => waitForDue(lane, options)),
  );
}

/** A file is settled when two looks find the same; one that is missing never is. */
function waitForSettled(path: string, { stamp, scheduler }: Pick<BatchOptions, 'stamp' | 'scheduler'>) {
  return interval(settleMs, scheduler).pipe(
    startWith(0),
    map(() => stamp(path)),
    pairwise(),
    first(([before, after]) => before !== null && before === after),
  );
}

function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
