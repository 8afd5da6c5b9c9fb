/** What the journal tells of one push: its rows of history can be made from it again (HI7, HI8). */
import { sql } from 'drizzle-orm';
import type { PushBeginning, PushedItem, PushEnd } from '../../core/push-history.ts';
import type { Queryable } from '../../db/open.ts';
import type { EventOf, EventType } from '../../../shared/events/index.ts';
import type { ItemStatus, ItemType, PushSummary } from '../../../shared/work-items.ts';

export interface PushName {
  readonly id: string;
  /** Null when nobody knows; the search is slower then. */
  readonly operationId: string | null;
}

interface StoryRow extends Record<string, unknown> {
  readonly seq: string;
  readonly type: EventType;
  readonly data: unknown;
}

const pageSize = 1000;

/** Item events in their order, page by page. */
export async function* readItems(
  queryable: Queryable,
  push: PushName,
  signal?: AbortSignal,
): AsyncGenerator<readonly PushedItem[]> {
  let after = '0';
  for (let isMore = true; isMore;) {
    signal?.throwIfAborted();
    const rows = await queryable.execute<StoryRow>(sql`
      select seq::text, type, data from journal
      where ${isOf(push)} and seq > ${after}::bigint and type ~ '^(epic|feature|userstory):'
      order by journal.seq limit ${pageSize}`);
    after = rows.at(-1)?.seq ?? after;
    isMore = rows.length === pageSize;
    yield rows.flatMap((row) => toItem(row) ?? []);
  }
}

export async function readBeginning(queryable: Queryable, push: PushName): Promise<PushBeginning | null> {
  const [row] = await queryable.execute<StoryRow>(
    sql`select seq::text, type, data from journal where ${isOf(push)} and type = 'sync:started' order by journal.seq limit 1`,
  );
  return row === undefined ? null : toBeginning(push.id, row.data as EventOf<'sync:started'>['data']);
}

/** The terminal event, if there is one. */
export async function readEnd(queryable: Queryable, push: PushName): Promise<PushEnd | null> {
  const [row] = await queryable.execute<StoryRow>(sql`
    select seq::text, type, data from journal
    where ${isOf(push)} and type in ('sync:complete', 'sync:error') order by journal.seq desc limit 1`);
  return row === undefined ? null : toEnd(row);
}

function isOf({ id, operationId }: PushName) {
  const isToldOf = sql`topic @> array[${`push:${id}`}]::text[]`;
  return operationId === null ? isToldOf : sql`operation_id = ${operationId} and ${isToldOf}`;
}

function toBeginning(id: string, data: EventOf<'sync:started'>['data']): PushBeginning | null {
  if (!('record' in data)) return null;
  const { record, operationId, total, timestamp } = data;
  return { id, ...record, operationId, totalItems: total, at: new Date(timestamp) };
}

const typeOf: Readonly<Record<string, ItemType>> = {
  epic: 'epic',
  feature: 'feature',
  userstory: 'user_story',
};

/** Trusts the journal: what was written there was typed by the catalogue. */
export function toItem({ type, data }: { readonly type: string; readonly data: unknown }): PushedItem | null {
  const [noun = '', verb = ''] = type.split(':');
  const itemType = typeOf[noun];
  if (itemType === undefined) return null;
  const told = data as Partial<
    EventOf<'epic:created'>['data'] &
      EventOf<'epic:updated'>['data'] &
      EventOf<'epic:failed'>['data'] &
      EventOf<'epic:skipped'>['data']
  > &
    Pick<EventOf<'epic:created'>['data'], 'ardoqId' | 'name' | 'timestamp'>;
  return {
    ardoqId: told.ardoqId,
    name: told.name,
    type: itemType,
    status: verb as ItemStatus,
    azureDevOpsId: told.azureDevOpsId ?? null,
    azureDevOpsUrl: told.azureDevOpsUrl ?? null,
    parentArdoqId: told.parentArdoqId ?? null,
    error: told.error ?? told.reason ?? null,
    errorCode: told.code ?? null,
    changedFields: told.changedFields ?? null,
    changedByUser: told.changedByUser ?? null,
    at: new Date(told.timestamp),
  };
}

function toEnd({ type, data }: StoryRow): PushEnd | null {
  if (type === 'sync:complete') {
    const told = data as EventOf<'sync:complete'>['data'];
    if (!('outcome' in told) || told.status === 'pending' || told.status === 'in_progress') return null;
    const { status, outcome, deleted, timestamp } = told;
    return { status, outcome, deleted, error: null, errorCode: null, at: new Date(timestamp) };
  }
  const told = data as EventOf<'sync:error'>['data'];
  if (!('syncHistoryId' in told)) return null;
  return {
    status: told.code === 'CANCELLED' ? 'cancelled' : 'failed',
    outcome: toOutcome(told.summary),
    error: told.error,
    errorCode: told.code,
    deleted: told.deleted ?? 0,
    at: new Date(told.timestamp),
  };
}

/** HI4, of a push that did not come to its own end. */
function toOutcome(summary: PushSummary | undefined): PushEnd['outcome'] {
  const succeeded = summary === undefined ? 0 : summary.created + summary.updated + summary.unchanged;
  return succeeded > 0 ? 'partial' : 'failed';
}
