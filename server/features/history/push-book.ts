/** What one push has told and the tables do not have yet. */
import type { PushBeginning, PushedItem, PushEnd } from '../../core/push-history.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import { counterColumns, type CounterColumn, type SyncRecord } from '../../../shared/views/history.ts';
import type { ItemStatus, ItemType } from '../../../shared/work-items.ts';
import type { ItemRow } from './item-row.ts';

const groupOf = { epic: 'epics', feature: 'features', user_story: 'user_stories' } as const satisfies Record<
  ItemType,
  string
>;

export class PushBook {
  readonly id: string;
  operationId: string | null = null;
  /** Null until it was read from the journal, for a push that began in another process. */
  beginning: PushBeginning | null = null;
  startedAt: Date | null = null;
  deleted = 0;
  end: PushEnd | null = null;
  readonly items: ItemRow[] = [];
  /** The record stands in its table. */
  isRecorded = false;
  /** Facts besides items are not written yet. */
  hasFacts = true;
  /**
   * Rows were not kept, were lost with their table, or were told elsewhere before the push came here: the journal has
   * them.
   */
  isGapped = true;
  /** The journal has been read since the end was told. */
  isRebuilt = false;
  /** How often the journal was asked for the end that was told. */
  looks = 0;
  /** So many of the first items are written one by one, because one of them cannot be. */
  suspects = 0;
  updatedAt: Date;
  /** What it counts is all there is. */
  #beganHere = false;
  readonly #counts = Object.fromEntries(counterColumns.map((column) => [column, 0])) as Record<
    CounterColumn,
    number
  >;

  constructor(id: string, now: Date) {
    this.id = id;
    this.updatedAt = now;
  }

  /** A push that runs at once may be told to have started before it is told to have begun. */
  begin(beginning: PushBeginning): void {
    this.beginning = beginning;
    this.operationId = beginning.operationId;
    this.#beganHere = true;
    this.isGapped = false;
  }

  get hasWork(): boolean {
    return this.items.length > 0 || this.hasFacts || this.isGapped || this.end !== null;
  }

  count({ type, status, at }: PushedItem): void {
    this.#add(`items_${status}`);
    this.#add(`${groupOf[type]}_${status satisfies ItemStatus}`);
    this.updatedAt = at;
  }

  /** The tables have lost what they had of it. */
  forgetWritten(): void {
    this.isRecorded = false;
    this.hasFacts = true;
    this.isGapped = true;
    this.isRebuilt = false;
  }

  /** HI9: as the tables would have it. */
  toRecord(): SyncRecord | null {
    if (this.beginning === null || !this.#beganHere) return null;
    const { beginning, end, startedAt } = this;
    const began = startedAt ?? beginning.at;
    return dropNulls({
      id: this.id,
      source_type: beginning.sourceType,
      target_type: 'azure-devops',
      source_config_id: beginning.sourceConfigId,
      target_config_id: beginning.targetConfigId,
      project_name: beginning.projectName,
      status: end?.status ?? (startedAt === null ? 'pending' : 'in_progress'),
      outcome: end?.outcome ?? null,
      overwrite_mode: beginning.overwriteMode,
      total_items: beginning.totalItems,
      ...this.#counts,
      deletion_count: end?.deleted ?? this.deleted,
      started_at: toTimestamp(began),
      completed_at: end === null ? null : toTimestamp(end.at),
      duration_ms: end === null ? null : Math.max(0, end.at.getTime() - began.getTime()),
      error_message: end?.error ?? null,
      error_code: end?.errorCode ?? null,
      operation_id: beginning.operationId,
      retry_of: beginning.retryOf,
      plan_id: beginning.planId,
      idempotency_key: beginning.idempotencyKey,
      created_at: toTimestamp(beginning.at),
      updated_at: toTimestamp(this.updatedAt),
    }) as SyncRecord;
  }

  #add(column: CounterColumn): void {
    this.#counts[column] += 1;
  }
}

/** PU1: what is null is left out. */
export function dropNulls(row: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
