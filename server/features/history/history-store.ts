/** All writing of `sync_history` and its items: every statement may be repeated without a second row or count (HI5, HI7). */
import { sql, type SQL } from 'drizzle-orm';
import type { PushBeginning, PushEnd } from '../../core/push-history.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { syncHistory } from '../../db/tables/history.ts';
import { ItemStatus, type ItemType } from '../../../shared/work-items.ts';
import { counterColumns, type CounterColumn } from '../../../shared/views/history.ts';
import { cut } from './item-row.ts';

/** What is known of a push besides its items. */
export interface PushFacts {
  readonly startedAt: Date | null;
  readonly deleted: number;
}

export async function insertRecord(queryable: Queryable, beginning: PushBeginning): Promise<void> {
  const { at, projectName, sourceConfigId, ...rest } = beginning;
  await queryable
    .insert(syncHistory)
    .values({
      ...rest,
      targetType: 'azure-devops',
      projectName: clean(projectName),
      sourceConfigId: sourceConfigId === null ? null : clean(sourceConfigId),
      startedAt: at,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoNothing();
}

const clean = (text: string): string => cut(text.replaceAll('\0', '\ufffd'), 255);

const itemColumns = sql.raw(
  `id, ardoq_id, item_name, item_type, status, azure_devops_id, azure_devops_url, error_message, error_code,
   parent_ardoq_id, changed_fields, changed_by_user, created_at`,
);

/** The rows and the counters that count them, in one statement. False: there is no such record. */
export async function insertItems(
  queryable: Queryable,
  id: string,
  rows: readonly { readonly json: string }[],
  now: Date,
): Promise<boolean> {
  const json = `[${rows.map((row) => row.json).join(',')}]`;
  const updated = await queryable.execute(sql`
    with inserted as (
      insert into sync_history_items (sync_history_id, ${itemColumns})
      select ${id}::uuid, ${itemColumns}
      from json_to_recordset(${json}::json) as item (
        id uuid, ardoq_id text, item_name text, item_type item_type, status item_status, azure_devops_id integer,
        azure_devops_url text, error_message text, error_code text, parent_ardoq_id text, changed_fields jsonb,
        changed_by_user jsonb, created_at timestamptz
      )
      on conflict (sync_history_id, ardoq_id) do nothing
      returning item_type, status
    ), counted as (select ${countsOf('inserted')} from inserted)
    update sync_history
    set ${eachCounter((column) => `${column} = sync_history.${column} + counted.${column}`)},
      updated_at = greatest(updated_at, ${now.toISOString()}::timestamptz)
    from counted where sync_history.id = ${id}
    returning 1`);
  return updated.length > 0;
}

/** False: there is no such record. A record that has ended keeps what it says. */
export async function saveFacts(
  queryable: Queryable,
  id: string,
  { startedAt, deleted }: PushFacts,
  now: Date,
): Promise<boolean> {
  const started = startedAt?.toISOString() ?? null;
  const rows = await queryable.execute<{ is_open: boolean }>(sql`
    update sync_history set
      status = case when status = 'pending' and ${started}::timestamptz is not null then 'in_progress' else status end,
      started_at = case when status = 'pending' then coalesce(${started}::timestamptz, started_at) else started_at end,
      deletion_count = case when completed_at is null then greatest(deletion_count, ${deleted}::integer) else deletion_count end,
      updated_at = greatest(updated_at, ${now.toISOString()}::timestamptz)
    where id = ${id} returning 1`);
  return rows.length > 0;
}

export interface Tally {
  readonly totalItems: number;
  readonly rows: number;
  /** Counters that say something else than the rows. */
  readonly wrong: readonly CounterColumn[];
}

/** Compares the counters with a count of the rows, and locks the record until the commit. */
export async function readTally(tx: Transaction, id: string): Promise<Tally | null> {
  const [record] = await tx.execute<{ total_items: number } & Record<CounterColumn, number>>(
    sql`select total_items, ${sql.raw(counterColumns.join(', '))} from sync_history where id = ${id} for update`,
  );
  if (record === undefined) return null;
  const [counted] = await tx.execute<{ rows: number } & Record<CounterColumn, number>>(
    sql`select count(*)::integer as rows, ${countsOf('sync_history_items')} from sync_history_items where sync_history_id = ${id}`,
  );
  const wrong = counterColumns.filter((column) => record[column] !== counted?.[column]);
  return { totalItems: record.total_items, rows: counted?.rows ?? 0, wrong };
}

export async function recount(tx: Transaction, id: string): Promise<void> {
  await tx.execute(sql`
    update sync_history set ${eachCounter((column) => `${column} = counted.${column}`)}
    from (select ${countsOf('sync_history_items')} from sync_history_items where sync_history_id = ${id}) counted
    where sync_history.id = ${id}`);
}

/** HI4: an end is never left again, unless the journal says that it was another. */
export async function finishRecord(
  tx: Transaction,
  id: string,
  { status, outcome, error, errorCode, deleted, at }: PushEnd,
  { mayReplace }: { readonly mayReplace: boolean },
): Promise<void> {
  const isOpen = sql`status in ('pending', 'in_progress')`;
  await tx
    .update(syncHistory)
    .set({
      status,
      outcome,
      errorMessage: error?.replaceAll('\0', '\ufffd') ?? null,
      errorCode,
      deletionCount: deleted,
      completedAt: at,
      durationMs: sql`greatest(0, round(extract(epoch from ${at.toISOString()}::timestamptz - started_at) * 1000))::bigint`,
      updatedAt: at,
    })
    .where(sql`id = ${id} and ${mayReplace ? sql`true` : isOpen}`);
}

const eachCounter = (toText: (column: CounterColumn) => string): SQL =>
  sql.raw(counterColumns.map(toText).join(', '));

const typeOf: Readonly<Record<string, ItemType>> = {
  epics: 'epic',
  features: 'feature',
  user_stories: 'user_story',
};

function countsOf(table: 'inserted' | 'sync_history_items'): SQL {
  return eachCounter((column) => {
    const status = ItemStatus.options.find((option) => column.endsWith(`_${option}`))!;
    const type = typeOf[column.slice(0, -status.length - 1)];
    const isOfType = type === undefined ? '' : ` and ${table}.item_type = '${type}'`;
    return `(count(*) filter (where ${table}.status = '${status}'${isOfType}))::integer as ${column}`;
  });
}
