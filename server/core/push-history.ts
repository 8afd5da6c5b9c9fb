/** What a push tells its history, and never waits for (HI6, HI7): the room of history writes it down by and by. */
import type { ItemStatus, ItemType, PushOutcome, PushStatus, SourceType } from '../../shared/work-items.ts';

export interface PushBeginning {
  /** UUIDv7, made by the program. */
  readonly id: string;
  readonly sourceType: SourceType;
  readonly sourceConfigId: string | null;
  readonly targetConfigId: string;
  readonly projectName: string;
  readonly overwriteMode: boolean;
  readonly totalItems: number;
  readonly operationId: string;
  readonly retryOf: string | null;
  readonly planId: string | null;
  readonly idempotencyKey: string | null;
  readonly at: Date;
}

export interface PushedItem {
  readonly ardoqId: string;
  readonly name: string;
  readonly type: ItemType;
  readonly status: ItemStatus;
  readonly azureDevOpsId: number | null;
  readonly azureDevOpsUrl: string | null;
  readonly parentArdoqId: string | null;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly changedFields: readonly string[] | null;
  readonly changedByUser: Readonly<Record<string, unknown>> | null;
  readonly at: Date;
}

export interface PushEnd {
  readonly status: Exclude<PushStatus, 'pending' | 'in_progress'>;
  readonly outcome: PushOutcome;
  readonly error: string | null;
  readonly errorCode: string | null;
  readonly deleted: number;
  readonly at: Date;
}

/** Nothing here throws, and nothing here waits, `flush` excepted. */
export interface PushHistory {
  /** Status `pending`. */
  begin(beginning: PushBeginning): void;
  /** Left the queue: `in_progress`. */
  started(id: string, at: Date): void;
  /** After the commit of its event: what is missed here is rebuilt from the journal. */
  item(id: string, item: PushedItem): void;
  /** So many more confirmed deletions; `end` says the sum. */
  deleted(id: string, count: number): void;
  end(id: string, end: PushEnd): void;
  /** Resolves when all that was told is stored, or after `patienceMs`. */
  flush(patienceMs: number): Promise<void>;
}
