/** Forgets what is too old or too much, in small batches that never hold up an append (EV5, OP11). */
import { setTimeout as wait } from 'node:timers/promises';
import type { Db } from '../db/open.ts';
import type { Config } from '../platform/config.ts';
import type { Logger } from '../platform/logger.ts';
import { pruneOperations } from './operation-store.ts';
import { pruneJournal } from './journal-rows.ts';

type Limits = Pick<
  Config,
  | 'SYNCLINE_EVENT_RETENTION_DAYS'
  | 'SYNCLINE_EVENT_RETENTION_COUNT'
  | 'SYNCLINE_OPERATION_RETENTION_DAYS'
  | 'SYNCLINE_OPERATION_RETENTION_COUNT'
>;

const everyMs = 10 * 60_000;
const batch = 2000;
const betweenBatchesMs = 50;

interface RetentionOptions {
  readonly db: Db;
  readonly log: Logger;
  readonly config: Limits;
  /** What features keep for a time of their own. */
  readonly alsoPrune?: (signal: AbortSignal) => Promise<void>;
}

export function openRetention({ db, log, config, alsoPrune }: RetentionOptions): AsyncDisposable {
  const stopping = new AbortController();
  let pruning: Promise<void> = Promise.resolve();
  const prune = () => {
    pruning = pruneAll(db, config, stopping.signal)
      .then(() => alsoPrune?.(stopping.signal))
      .catch((failure: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err: failure }, 'Old events could not be pruned');
      });
  };
  const timer = setInterval(prune, everyMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopping.abort();
      await pruning;
    },
  };
}

/** Once through: exported for the command line and tests. */
export async function pruneAll(db: Db, limits: Limits, signal: AbortSignal): Promise<void> {
  const events = {
    days: limits.SYNCLINE_EVENT_RETENTION_DAYS,
    count: limits.SYNCLINE_EVENT_RETENTION_COUNT,
    batch,
  };
  await inBatches(signal, () => pruneJournal(db, events));
  const operations = {
    days: limits.SYNCLINE_OPERATION_RETENTION_DAYS,
    count: limits.SYNCLINE_OPERATION_RETENTION_COUNT,
    batch: 200,
  };
  await inBatches(signal, async () => (await db.transaction((tx) => pruneOperations(tx, operations))).length);
}

/** Until a step finds nothing, with a breath between. */
export async function inBatches(signal: AbortSignal, step: () => Promise<number>): Promise<void> {
  while ((await step()) > 0) await wait(betweenBatchesMs, undefined, { signal, ref: false });
}
