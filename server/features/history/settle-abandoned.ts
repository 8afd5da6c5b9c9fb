/** Finds pushes whose operation has ended while their record has not, or was never written (RC9). */
import { sql } from 'drizzle-orm';
import type { PushEnd } from '../../core/push-history.ts';
import type { Db } from '../../db/open.ts';
import type { HistoryWriter } from './history-writer.ts';
import { readBeginning, readEnd } from './push-story.ts';

interface Abandoned extends Record<string, unknown> {
  readonly id: string;
  readonly operation_id: string | null;
  readonly status: string | null;
  readonly error: string | null;
  readonly ended_at: string | null;
  readonly has_record: boolean;
}

/** An acceptance that is under way may have its record before its operation. */
const youngest = '1 minute';

/** Answers how many it took care of; their rows follow by the writer. */
export async function settleAbandoned(db: Db, writer: HistoryWriter, now: Date): Promise<number> {
  const abandoned = await db.execute<Abandoned>(sql`
    select record.id::text, record.operation_id, operation.status, operation.error,
      operation.finished_at::text as ended_at, true as has_record
    from sync_history record left join operations operation on operation.id = record.operation_id
    where record.status in ('pending', 'in_progress') and (
      operation.status in ('completed', 'failed', 'cancelled')
      or operation.id is null and record.created_at < now() - interval '${sql.raw(youngest)}')
    union all
    select operation.options ->> 'syncHistoryId', operation.id, operation.status, operation.error,
      operation.finished_at::text, false
    from operations operation
    where operation.kind = 'push_work_items' and operation.status in ('completed', 'failed', 'cancelled')
      and operation.options ->> 'syncHistoryId' is not null
      and not exists (select from sync_history record where record.operation_id = operation.id)`);
  let settled = 0;
  for (const push of abandoned) {
    const name = { id: push.id, operationId: push.operation_id };
    if (!push.has_record && (await readBeginning(db, name)) === null) continue;
    writer.settle(name, (await readEnd(db, name)) ?? toEnd(push, now));
    settled += 1;
  }
  return settled;
}

/** The journal has forgotten how it ended; the operation, if it is kept, has not. */
function toEnd({ status, error, ended_at }: Abandoned, now: Date): PushEnd {
  const at = ended_at === null ? now : new Date(ended_at);
  const isCancelled = status === 'cancelled';
  if (status === 'completed') {
    return { status, outcome: 'partial', error: null, errorCode: null, deleted: 0, at };
  }
  return {
    status: isCancelled ? 'cancelled' : 'failed',
    outcome: 'partial',
    error: error ?? 'The push was interrupted: the server running it stopped',
    errorCode: isCancelled ? 'CANCELLED' : 'INTERRUPTED',
    deleted: 0,
    at,
  };
}
