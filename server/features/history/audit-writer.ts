/** The one writer of the audit log: keeps acts in their order and chains them as it writes (AL2, AL4, GU12). */
import type { AuditAct } from '../../core/audit-act.ts';
import type { Journal } from '../../core/journal.ts';
import { toStorableJson } from '../../core/storable-json.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { AuditAction, AuditEntity } from '../../../shared/audit.ts';
import type { StorageHealth } from '../../../shared/views/history.ts';
import type { Allowance } from './allowance.ts';
import { chainRows, chainStart, laterHead, type AuditEntry, type ChainHead } from './audit-chain.ts';
import { findStored, insertRows, lockChain } from './audit-store.ts';
import { isRowsFault, messageOf } from '../../db/database-failure.ts';
import { cut } from './item-row.ts';
import type { HistoryLimits } from './limits.ts';
import { createRowId } from './row-id.ts';
import { WriteLoop } from './write-loop.ts';

interface WriterOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly allowance: Allowance;
  readonly limits: HistoryLimits;
}

interface HeldAct {
  readonly entry: AuditEntry;
  readonly bytes: number;
}

const endings: ReadonlySet<AuditAction> = new Set(['sync_completed', 'sync_failed', 'sync_cancelled']);
const rememberedEnds = 1000;

export class AuditWriter {
  readonly #options: WriterOptions;
  readonly #acts: HeldAct[] = [];
  readonly #loop: WriteLoop;
  /** The newest row this process has written or seen. */
  #head: ChainHead = chainStart;
  #fault: string | null = null;
  /** Ends of pushes that were told, the oldest first. */
  readonly #ends = new Set<string>();
  /** So many of the first acts are written one by one, because one of them cannot be. */
  #suspects = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    const { log, limits } = options;
    this.#loop = new WriteLoop({
      ...limits,
      write: () => this.#write(),
      hasWork: () => this.#acts.length > 0,
      isUrgent: () => this.#acts.length >= limits.batchRows,
      failed: (failure, retryMs) => {
        this.#fault = messageOf(failure);
        const ids = this.#acts.slice(0, 20).map(({ entry }) => entry.id);
        log.warn(
          { err: failure, ids, buffered: this.#acts.length, retryMs },
          'The audit log could not be written',
        );
      },
      recovered: () => {
        this.#fault = null;
        log.info({}, 'The audit log is written again');
      },
    });
  }

  get head(): ChainHead {
    return this.#head;
  }

  get health(): StorageHealth {
    return { working: this.#loop.isWorking, error: this.#fault, buffered: this.#acts.length };
  }

  /** Never throws and never waits. */
  readonly record = (act: AuditAct): void => {
    const { log, allowance, clock } = this.#options;
    if (this.#isToldAgain(act)) return;
    try {
      const json = toStorableJson(toEntry(act, clock.now()));
      const bytes = Buffer.byteLength(json);
      if (allowance.take(bytes)) this.#acts.push({ entry: JSON.parse(json) as AuditEntry, bytes });
      // No journal has it yet: the log is the last place where it can be found.
      else log.error({ act }, 'An act is not kept in the audit log: memory is full');
      this.#loop.ring();
    } catch (failure) {
      log.error(
        { err: failure, action: act.action, entityId: act.entityId },
        'The audit log could not take an act',
      );
    }
  };

  /** An operation ends once, though the commit of its end may be tried more often (AL1). */
  #isToldAgain({ action, entityId }: AuditAct): boolean {
    if (!endings.has(action)) return false;
    const end = `${action} ${entityId}`;
    if (this.#ends.has(end)) return true;
    this.#ends.add(end);
    const [oldest] = this.#ends;
    if (this.#ends.size > rememberedEnds && oldest !== undefined) this.#ends.delete(oldest);
    return false;
  }

  flush(patienceMs: number): Promise<void> {
    return this.#loop.flush(patienceMs);
  }

  async catchUp(patienceMs: number): Promise<void> {
    if (this.#loop.isWorking) await this.flush(patienceMs);
  }

  close(): void {
    this.#loop.close();
  }

  async #write(): Promise<void> {
    const { limits } = this.#options;
    while (this.#acts.length > 0) {
      const batch = this.#acts.slice(0, this.#suspects > 0 ? 1 : limits.batchRows);
      try {
        this.#head = await this.#append(batch.map(({ entry }) => entry));
      } catch (failure) {
        if (!isRowsFault(failure)) throw failure;
        if (batch.length > 1) {
          this.#suspects = batch.length;
          continue;
        }
        this.#options.log.error(
          { err: failure, act: batch[0]?.entry },
          'An act cannot be written and is left out',
        );
      }
      this.#suspects = Math.max(0, this.#suspects - batch.length);
      this.#options.allowance.give(this.#acts.splice(0, batch.length));
    }
  }

  /** Rows and the events that announce them commit together; an act that stands already is not written twice. */
  async #append(batch: readonly AuditEntry[]): Promise<ChainHead> {
    return await this.#options.journal.transact(async (tx, emit) => {
      const head = laterHead(this.#head, await lockChain(tx));
      const ids = batch.map(({ id }) => id);
      const stored = await findStored(tx, ids);
      const rows = chainRows(
        head,
        batch.filter(({ id }) => !stored.has(id)),
      );
      if (rows.length > 0) await insertRows(tx, rows);
      for (const row of rows) {
        const data = {
          id: row.id,
          actionType: row.action_type as AuditAction,
          entityType: row.entity_type as AuditEntity,
          entityId: row.entity_id,
        };
        emit({ type: 'audit:recorded', projectId: null, operationId: null, topic: ['audit'], data });
      }
      return rows.at(-1) ?? head;
    });
  }
}

const longest = { ip: 45, userAgent: 1024 };

function toEntry({ action, entity, entityId, details, origin }: AuditAct, at: Date): AuditEntry {
  return {
    id: createRowId(at),
    action_type: action,
    entity_type: entity,
    entity_id: entityId,
    user_id: null,
    source_ip: origin?.ip?.slice(0, longest.ip) ?? null,
    user_agent: origin?.userAgent == null ? null : cut(origin.userAgent, longest.userAgent),
    details,
    created_at: at.toISOString(),
  };
}
