/** Takes a push in: everything that can be known beforehand is checked, then its record is durable and it has an id (PU12). */
import { and, count, eq, inArray, ne } from 'drizzle-orm';
import { AppError } from '../../../../shared/failure.ts';
import { toTimestamp, type OperationId, type ProjectId } from '../../../../shared/ids.ts';
import type { Actor } from '../../../../shared/operations.ts';
import type { PushStarted } from '../../../../shared/views/push.ts';
import type { SourceTree } from '../../../../shared/work-items.ts';
import type { RecordAct, RequestOrigin } from '../../../core/audit-act.ts';
import type { Emit } from '../../../core/journal.ts';
import { createOperationId } from '../../../core/operation-id.ts';
import type { Operations } from '../../../core/operations.ts';
import { topicsOf } from '../../../core/topics.ts';
import type { StoredOperation } from '../../../core/workflow.ts';
import type { Transaction } from '../../../db/open.ts';
import { operations as operationRows } from '../../../db/tables/operations.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { PushHistory } from '../push-history.ts';
import { takePlan } from '../run/plan-store.ts';
import { insertJob, type NewPushJob, type PushRequest } from '../run/push-store.ts';

export interface PushAcceptorParts {
  readonly clock: Clock;
  readonly operations: Operations;
  readonly history: PushHistory;
  readonly record: RecordAct;
  /** Keeps the connection from being removed until the push is known to use it; false when it is gone. */
  readonly holdConnection: (tx: Transaction, id: string) => Promise<boolean>;
}

/** A push that may begin: its tree is read, its connection usable, its wish to delete confirmed. */
export interface AcceptedPush {
  readonly request: PushRequest;
  readonly lane: string;
  /** As history shows where the tree came from: a connection, or the slug of a project. */
  readonly sourceConfigId: string | null;
  /** Of documents. */
  readonly project: { readonly id: ProjectId; readonly slug: string } | null;
  /** As the target spells it, where that is known. */
  readonly projectName: string;
  readonly chosen: readonly string[] | null;
  readonly planId: string | null;
  readonly retryOf: string | null;
  readonly only: 'failed' | 'unfinished' | null;
  readonly useBatch: boolean | null;
  readonly idempotencyKey: string | null;
}

export interface Asker {
  readonly actor: Actor;
  readonly origin: RequestOrigin;
  /** Joins the transaction that makes the push durable. */
  readonly note?: (tx: Transaction, operationId: string) => Promise<void>;
}

export class PushAcceptor {
  readonly #parts: PushAcceptorParts;

  constructor(parts: PushAcceptorParts) {
    this.#parts = parts;
  }

  /** The record is durable when this resolves, `sync:started` with it (EV21). */
  async accept(push: AcceptedPush, asker: Asker): Promise<PushStarted> {
    const { clock, operations } = this.#parts;
    const at = clock.now();
    const syncHistoryId = createPushId(at.getTime());
    const { operation } = await operations.start({
      kind: 'push_work_items',
      lane: push.lane,
      projectId: push.project?.id ?? null,
      projectSlug: push.project?.slug ?? null,
      trigger: push.retryOf === null ? 'api' : 'retry',
      actor: asker.actor,
      options: { syncHistoryId },
      metadata: toMetadata(push, syncHistoryId),
      admit: async (tx, stored, emit) => {
        await this.#admit(tx, stored, emit, { push, syncHistoryId, at });
        await asker.note?.(tx, stored.id);
      },
    });
    this.#tell(push, { syncHistoryId, operationId: operation.id, at }, asker);
    return { operationId: operation.id, syncHistoryId };
  }

  async #admit(
    tx: Transaction,
    operation: StoredOperation,
    emit: Emit,
    { push, syncHistoryId, at }: { push: AcceptedPush; syncHistoryId: string; at: Date },
  ): Promise<void> {
    const { connectionId } = push.request;
    if (!(await this.#parts.holdConnection(tx, connectionId))) {
      throw new AppError('NOT_FOUND', `There is no connection ${connectionId} any more.`);
    }
    const job = toJob(push, { syncHistoryId, operationId: operation.id, at });
    if (push.planId !== null) await takePlan(tx, push.planId, { at, syncHistoryId });
    await insertJob(tx, job);
    const position = await countBefore(tx, operation);
    emit({
      type: 'sync:started',
      projectId: operation.projectId,
      operationId: operation.id,
      topic: [...topicsOf(operation), `push:${syncHistoryId}`],
      data: {
        operationId: operation.id,
        syncHistoryId,
        total: totalOf(push),
        queued: position > 0,
        ...(position > 0 ? { position } : {}),
        timestamp: toTimestamp(at),
        record: toRecord(push),
      },
    });
  }

  #tell(
    push: AcceptedPush,
    { syncHistoryId, operationId, at }: { syncHistoryId: string; operationId: OperationId; at: Date },
    { origin }: Asker,
  ): void {
    const { history, record } = this.#parts;
    const totalItems = totalOf(push);
    history.begin({ id: syncHistoryId, operationId, at, totalItems, ...toRecord(push) });
    const { tree, overwrite } = push.request;
    const entry = { entity: 'sync', entityId: syncHistoryId, origin } as const;
    if (push.retryOf !== null) {
      record({
        ...entry,
        action: 'push_retried',
        details: { retry_of: push.retryOf, only: push.only, items: totalItems },
      });
    }
    record({
      ...entry,
      action: 'sync_started',
      details: {
        source_type: tree.type,
        target_type: 'azure-devops',
        project_name: push.projectName,
        overwrite_mode: overwrite !== null,
        ...(overwrite === null ? {} : { overwrite_scope: overwrite.scope }),
        total_items: totalItems,
      },
    });
  }
}

/** UUIDv7: ids of history sort by time. */
const createPushId = (ms: number): string => createOperationId(ms).slice('OP-'.length);

const totalOf = ({ request, chosen }: AcceptedPush): number => chosen?.length ?? request.tree.items.length;

const toRecord = ({ request, ...push }: AcceptedPush) => ({
  sourceType: request.tree.type,
  sourceConfigId: push.sourceConfigId,
  targetConfigId: request.connectionId,
  projectName: push.projectName,
  overwriteMode: request.overwrite !== null,
  retryOf: push.retryOf,
  planId: push.planId,
  idempotencyKey: push.idempotencyKey,
});

const toMetadata = ({ request, projectName }: AcceptedPush, syncHistoryId: string) => ({
  syncHistoryId,
  projectName,
  connectionId: request.connectionId,
  sourceType: request.tree.type,
});

function toJob(
  { request, chosen, planId, retryOf, only, useBatch }: AcceptedPush,
  { syncHistoryId, operationId, at }: { syncHistoryId: string; operationId: OperationId; at: Date },
): NewPushJob {
  return { ...request, syncHistoryId, operationId, chosen, planId, retryOf, only, useBatch, createdAt: at };
}

/** How many of the target are before it: the lane is locked. */
async function countBefore(tx: Transaction, { id, lane }: StoredOperation): Promise<number> {
  const [row] = await tx
    .select({ before: count() })
    .from(operationRows)
    .where(
      and(
        eq(operationRows.lane, lane),
        inArray(operationRows.status, ['queued', 'running']),
        ne(operationRows.id, id),
      ),
    );
  return row?.before ?? 0;
}

/** Refused before anything is written: a tree without items has nothing to push. */
export function requireItems(tree: SourceTree): void {
  if (tree.items.length > 0) return;
  throw new AppError(
    'VALIDATION_FAILED',
    'There is nothing to push: the source has no epic, feature or story.',
    {
      details: [{ path: 'epics', message: 'must hold at least one epic' }],
    },
  );
}
