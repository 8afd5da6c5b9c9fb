/** History and audit log of this process: opened once, told by pushes and by acts, read by routes. */
import type { RecordAct } from '../../core/audit-act.ts';
import type { Journal } from '../../core/journal.ts';
import type { PushHistory } from '../../core/push-history.ts';
import type { Db } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { StorageHealth, SyncRecord } from '../../../shared/views/history.ts';
import { Allowance } from './allowance.ts';
import type { ChainHead } from './audit-chain.ts';
import { AuditWriter } from './audit-writer.ts';
import { HistoryWriter } from './history-writer.ts';
import { historyLimits, type HistoryLimits } from './limits.ts';
import { settleAbandoned } from './settle-abandoned.ts';

export interface HistoryOptions {
  readonly db: Db;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits?: Partial<HistoryLimits>;
}

/** What routes ask of it. */
export interface HistoryMemory {
  /** HI9: a push whose rows may not be written yet. */
  findBuffered(id: string): SyncRecord | null;
  health(): { readonly history: StorageHealth; readonly audit: StorageHealth };
  /** The newest row of the audit log that this process has seen. */
  auditHead(): ChainHead;
  /** Waits until ends of pushes and acts that were told are written; not while they cannot be. */
  catchUp(patienceMs: number): Promise<void>;
}

export interface History extends HistoryMemory, AsyncDisposable {
  readonly pushes: PushHistory;
  readonly record: RecordAct;
  /** RC9: for the start; answers how many pushes had been left behind. Never throws. */
  settleAbandoned(): Promise<number>;
}

export function openHistory({ db, journal, clock, log, limits: given = {} }: HistoryOptions): History {
  const limits = { ...historyLimits, ...given };
  const allowance = new Allowance(limits);
  const writer = new HistoryWriter({ db, clock, log, allowance, limits });
  const audit = new AuditWriter({ journal, clock, log, allowance, limits });
  const flush = async (patienceMs: number) => {
    await Promise.all([writer.flush(patienceMs), audit.flush(patienceMs)]);
  };
  return {
    pushes: {
      begin: (beginning) => writer.begin(beginning),
      started: (id, at) => writer.started(id, at),
      item: (id, item) => writer.item(id, item),
      deleted: (id, count) => writer.deleted(id, count),
      end: (id, end) => writer.end(id, end),
      flush,
    },
    record: audit.record,
    findBuffered: (id) => writer.find(id),
    health: () => ({ history: writer.health, audit: audit.health }),
    auditHead: () => audit.head,
    async catchUp(patienceMs) {
      await Promise.all([writer.catchUp(patienceMs), audit.catchUp(patienceMs)]);
    },
    async settleAbandoned() {
      try {
        return await settleAbandoned(db, writer, clock.now());
      } catch (failure) {
        // The next start looks again.
        log.warn({ err: failure }, 'Pushes left behind could not be looked for');
        return 0;
      }
    },
    async [Symbol.asyncDispose]() {
      await flush(limits.closeMs);
      writer.close();
      audit.close();
    },
  };
}
