/** Which work item each source item became: the only writer of `work_item_ledger` (RC1). */
import { and, eq, inArray, sql } from 'drizzle-orm';
import { toStorableJson } from '../../../core/storable-json.ts';
import type { Queryable, Transaction } from '../../../db/open.ts';
import { workItemLedger } from '../../../db/tables/work-items.ts';
import type { LedgerEntry } from '../planned.ts';

/** One source in one target. */
export interface LedgerKey {
  readonly sourceSystem: string;
  readonly sourceScope: string;
  readonly targetOrg: string;
  readonly targetProjectId: string;
}

/** What is to be remembered of one source item. */
export interface LedgerRow {
  readonly sourceId: string;
  readonly workItemType: string;
  readonly parentSourceId: string | null;
  readonly contentHash: string;
  readonly fieldHashes: Readonly<Record<string, string>>;
  readonly marker: string;
  readonly intentId: string | null;
  readonly intentAt: Date | null;
}

export interface PresentRow extends LedgerRow {
  readonly workItemId: number;
  readonly rev: number;
  readonly parentWorkItemId: number | null;
}

export interface Stamp {
  readonly operationId: string;
  readonly at: Date;
}

/** Of these source ids only: a source may be far larger than what is pushed. */
export async function loadLedger(
  queryable: Queryable,
  key: LedgerKey,
  sourceIds: readonly string[],
): Promise<Map<string, LedgerEntry>> {
  const rows = await queryable
    .select()
    .from(workItemLedger)
    .where(
      and(
        isOf(key),
        sql`${workItemLedger.sourceId} in (select jsonb_array_elements_text(${JSON.stringify(sourceIds)}::jsonb))`,
      ),
    );
  return new Map(rows.map((row) => [row.sourceId, toEntry(row)]));
}

/** Work item ids that exist as far as is known, of one source or of all. */
export async function listPresentIds(queryable: Queryable, key: LedgerKey): Promise<ReadonlySet<number>> {
  const rows = await queryable
    .select({ id: workItemLedger.workItemId })
    .from(workItemLedger)
    .where(and(isOf(key), eq(workItemLedger.state, 'present')));
  return new Set(rows.flatMap(({ id }) => (id === null ? [] : [id])));
}

/** RC2: durable before anything is sent. */
export async function saveIntents(
  tx: Transaction,
  key: LedgerKey,
  rows: readonly LedgerRow[],
  stamp: Stamp,
): Promise<void> {
  await upsert(tx, key, 'intent', rows, stamp);
}

export async function savePresent(
  tx: Transaction,
  key: LedgerKey,
  rows: readonly PresentRow[],
  stamp: Stamp,
): Promise<void> {
  if (rows.length === 0) return;
  await Promise.all([displace(tx, key, rows, stamp), upsert(tx, key, 'present', rows, stamp)]);
}

/** A work item is in one place: whoever else claims its id (another project it was moved from, say) has lost it. */
async function displace(
  tx: Transaction,
  key: LedgerKey,
  rows: readonly PresentRow[],
  { at }: Stamp,
): Promise<void> {
  const { sourceSystem, sourceScope, targetOrg, targetProjectId } = key;
  const claims = toStorableJson(rows.map(({ sourceId, workItemId }) => ({ sourceId, workItemId })));
  await tx
    .update(workItemLedger)
    .set({ state: 'deleted', updatedAt: at })
    .where(
      sql`${workItemLedger.targetOrg} = ${targetOrg} and ${workItemLedger.state} = 'present' and exists (
        select 1 from json_to_recordset(${claims}::json) as claim ("sourceId" text, "workItemId" int)
        where claim."workItemId" = ${workItemLedger.workItemId}
          and (${workItemLedger.targetProjectId}, ${workItemLedger.sourceSystem}, ${workItemLedger.sourceScope}, ${workItemLedger.sourceId})
            <> (${targetProjectId}, ${sourceSystem}, ${sourceScope}, claim."sourceId"))
        and ${workItemLedger.workItemId} in (
          select (claim ->> 'workItemId')::int from json_array_elements(${claims}::json) as claim)`,
    )
    .prepare('displace_ledger')
    .execute();
}

/** One statement whatever the number of rows, so that it is prepared once. */
async function upsert(
  tx: Transaction,
  { sourceSystem, sourceScope, targetOrg, targetProjectId }: LedgerKey,
  state: 'intent' | 'present',
  rows: readonly (LedgerRow & Partial<PresentRow>)[],
  { operationId, at }: Stamp,
): Promise<void> {
  if (rows.length === 0) return;
  const stamp = at.toISOString();
  const written = tx.$with('written', { sourceId: sql<string>`source_id` }).as(sql`
    insert into work_item_ledger (
      source_system, source_scope, source_id, target_org, target_project_id, work_item_id, rev, work_item_type,
      parent_source_id, parent_work_item_id, content_hash, field_hashes, marker, state, intent_id, intent_at,
      operation_id, created_at, updated_at)
    select ${sourceSystem}, ${sourceScope}, entry."sourceId", ${targetOrg}, ${targetProjectId}, entry."workItemId", entry.rev,
      entry."workItemType", entry."parentSourceId", entry."parentWorkItemId", entry."contentHash", entry."fieldHashes", entry.marker,
      ${state}, entry."intentId", entry."intentAt", ${operationId}, ${stamp}::timestamptz, ${stamp}::timestamptz
    from json_to_recordset(${toStorableJson(rows)}::json) as entry (
      "sourceId" text, "workItemId" int, rev int, "workItemType" text, "parentSourceId" text, "parentWorkItemId" int,
      "contentHash" text, "fieldHashes" jsonb, marker text, "intentId" uuid, "intentAt" timestamptz)
    on conflict (target_org, target_project_id, source_system, source_scope, source_id) do update set
      work_item_id = excluded.work_item_id, rev = excluded.rev, work_item_type = excluded.work_item_type,
      parent_source_id = excluded.parent_source_id, parent_work_item_id = excluded.parent_work_item_id,
      content_hash = excluded.content_hash, field_hashes = excluded.field_hashes, marker = excluded.marker,
      state = excluded.state, intent_id = excluded.intent_id, intent_at = excluded.intent_at,
      operation_id = excluded.operation_id, updated_at = excluded.updated_at
    returning source_id`);
  await tx
    .with(written)
    .select({ sourceId: sql`source_id` })
    .from(written)
    .prepare('upsert_ledger')
    .execute();
}

export interface IntentId {
  readonly sourceId: string;
  readonly intentId: string;
}

/** What was certainly never made: its intent would only cost a look-up. */
export async function dropIntents(
  tx: Transaction,
  key: LedgerKey,
  intents: readonly IntentId[],
): Promise<void> {
  if (intents.length === 0) return;
  await tx.delete(workItemLedger).where(
    and(
      isOf(key),
      eq(workItemLedger.state, 'intent'),
      inArray(
        workItemLedger.intentId,
        intents.map(({ intentId }) => intentId),
      ),
    ),
  );
}

/** PU35: rows of any source in this target whose work items are gone. */
export async function buryDeleted(
  tx: Transaction,
  { targetOrg, targetProjectId }: Pick<LedgerKey, 'targetOrg' | 'targetProjectId'>,
  workItemIds: readonly number[],
  { operationId, at }: Stamp,
): Promise<void> {
  if (workItemIds.length === 0) return;
  await tx
    .update(workItemLedger)
    .set({ state: 'deleted', operationId, updatedAt: at })
    .where(
      and(
        eq(workItemLedger.targetOrg, targetOrg),
        eq(workItemLedger.targetProjectId, targetProjectId),
        eq(workItemLedger.state, 'present'),
        inArray(workItemLedger.workItemId, [...workItemIds]),
      ),
    );
}

/** How many live work items of a target are known here (BR1: `ownedCount`). */
export async function countPresent(
  queryable: Queryable,
  { targetOrg, targetProjectId }: Pick<LedgerKey, 'targetOrg' | 'targetProjectId'>,
): Promise<number> {
  return await queryable.$count(
    workItemLedger,
    and(
      eq(workItemLedger.targetOrg, targetOrg),
      eq(workItemLedger.targetProjectId, targetProjectId),
      eq(workItemLedger.state, 'present'),
    ),
  );
}

const isOf = ({ sourceSystem, sourceScope, targetOrg, targetProjectId }: LedgerKey) =>
  and(
    eq(workItemLedger.targetOrg, targetOrg),
    eq(workItemLedger.targetProjectId, targetProjectId),
    eq(workItemLedger.sourceSystem, sourceSystem),
    eq(workItemLedger.sourceScope, sourceScope),
  );

function toEntry(row: typeof workItemLedger.$inferSelect): LedgerEntry {
  const { sourceId, state, workItemId, rev, workItemType, parentSourceId, contentHash, fieldHashes } = row;
  const { intentId, intentAt } = row;
  return {
    sourceId,
    state,
    workItemId,
    rev,
    workItemType,
    parentSourceId,
    contentHash,
    fieldHashes,
    intentId,
    intentAt,
  };
}
