/** What a push is made of: everything it does not do itself, and the waits that tests shorten. */
import type { Clock } from '../../../platform/clock.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { RecordAct } from '../../../core/audit-act.ts';
import type { Db } from '../../../db/open.ts';
import type { OnConflict } from '../planned.ts';
import type { PushHistory } from '../push-history.ts';
import type { FindTarget } from '../tracker.ts';

export interface PushTiming {
  /** RC4: before each look-up after an ambiguous create, one after the other. */
  readonly lookUpWaitsMs: readonly number[];
  /** RC8: how long a push waits for its database. */
  readonly databasePatienceMs: number;
  /** The first wait for the database; doubled up to `databaseRetryMostMs`. */
  readonly databaseRetryMs: number;
  readonly databaseRetryMostMs: number;
  /** What retries of one call may take in all (AZ20). */
  readonly retryBudgetMs: number;
  /** Rejects with the reason of the signal. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface PushParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Logger;
  readonly history: PushHistory;
  readonly record: RecordAct;
  readonly findTarget: FindTarget;
  /** AZ19: the connection's credentials were refused. */
  readonly rejected: (connectionId: string, reason: string) => Promise<void>;
  readonly onConflict: OnConflict;
  readonly timing: PushTiming;
}
