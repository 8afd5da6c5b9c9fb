/** Where the events of a push lie in the journal, and what has become of its operation. */
import { and, eq, inArray, min, sql } from 'drizzle-orm';
import type { OperationId } from '../../../../shared/ids.ts';
import type { OperationStatus } from '../../../../shared/operations.ts';
import type { PushStarted } from '../../../../shared/views/push.ts';
import type { Queryable } from '../../../db/open.ts';
import { journal } from '../../../db/tables/journal.ts';
import { operations } from '../../../db/tables/operations.ts';
import { pushJobs } from '../../../db/tables/work-items.ts';

export interface PushPlace {
  readonly id: string;
  readonly operationId: OperationId;
  readonly status: OperationStatus | null;
  readonly cancelRequestedAt: Date | null;
  /** `seq` of the first of its events that is kept; null when none is. */
  readonly firstSeq: number | null;
  /** Of its end; null while it goes on, and once that is pruned. */
  readonly lastSeq: number | null;
}

/** The operation may be pruned before the record of history is. */
export async function findPlace(
  queryable: Queryable,
  { id, operationId }: { readonly id: string; readonly operationId: string },
): Promise<PushPlace> {
  const [row] = await queryable
    .select({ status: operations.status, cancelRequestedAt: operations.cancelRequestedAt })
    .from(operations)
    .where(eq(operations.id, operationId));
  const topic = `push:${id}`;
  const [seqs] = await queryable
    .select({
      first: min(journal.seq),
      last: sql<
        string | null
      >`max(${journal.seq}) filter (where ${inArray(journal.type, ['sync:complete', 'sync:error'])})`,
    })
    .from(journal)
    .where(and(eq(journal.operationId, operationId), sql`${journal.topic} @> array[${topic}]`));
  return {
    id,
    operationId: operationId as OperationId,
    status: row?.status ?? null,
    cancelRequestedAt: row?.cancelRequestedAt ?? null,
    firstSeq: toSeq(seqs?.first),
    lastSeq: toSeq(seqs?.last),
  };
}

/** The push that an operation runs; undefined without either. */
export async function findStarted(
  queryable: Queryable,
  operationId: string | null,
): Promise<PushStarted | undefined> {
  if (operationId === null) return undefined;
  const [job] = await queryable
    .select({ syncHistoryId: pushJobs.syncHistoryId })
    .from(pushJobs)
    .where(eq(pushJobs.operationId, operationId));
  return job === undefined ? undefined : { operationId: operationId as OperationId, ...job };
}

const toSeq = (value: string | number | null | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
