/** Which acts a request means, how often they were done, and whether their chain holds (AL6, GU12). */
import { sql } from 'drizzle-orm';
import type { AuditAction } from '../../../shared/audit.ts';
import type { AuditLogQuery } from '../../../shared/api/history.ts';
import { AuditRow, type AuditStats, type AuditVerdict } from '../../../shared/views/history.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { ChainCheck, type ChainHead } from './audit-chain.ts';
import { readChain, readHead } from './audit-store.ts';
import { allOf, inPeriod, type Listing, type Period } from './row-listing.ts';

const columns = Object.keys(AuditRow.shape);

export const auditListing = (query: Partial<AuditLogQuery>): Listing => ({
  table: 'audit_logs',
  columns,
  where: allOf([
    query.action_type && sql`action_type = ${query.action_type}`,
    query.entity_type && sql`entity_type = ${query.entity_type}`,
    query.entity_id !== undefined && sql`lower(entity_id) = lower(${query.entity_id})`,
    inPeriod(query),
  ]),
});

export async function readAuditStats(tx: Transaction, period: Period, now: Date): Promise<AuditStats> {
  const midnight = `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
  const rows = await tx.execute<{ action_type: AuditAction; in_period: number; today: number }>(sql`
    select action_type, (count(*) filter (where ${inPeriod(period)}))::integer as in_period,
      (count(*) filter (where created_at >= ${midnight}::timestamptz))::integer as today
    from audit_logs group by action_type order by action_type`);
  const met = rows.filter(({ in_period }) => in_period > 0);
  return {
    total_events: met.reduce((sum, { in_period }) => sum + in_period, 0),
    events_today: rows.reduce((sum, { today }) => sum + today, 0),
    events_today_since: midnight,
    action_type_counts: Object.fromEntries(met.map(({ action_type, in_period }) => [action_type, in_period])),
  };
}

/** `known` is the newest row that the writer remembers; `latest` looks past the snapshot of `tx`. */
export async function verifyChain(
  tx: Transaction,
  {
    known,
    latest,
    signal,
  }: { readonly known: ChainHead; readonly latest: Queryable; readonly signal: AbortSignal },
): Promise<AuditVerdict> {
  const check = new ChainCheck();
  for await (const page of readChain(tx, signal)) for (const row of page) check.follow(row);
  // Rows that were written since the snapshot are not missing.
  if (known.seq > check.last.seq && (await readHead(latest)).seq < known.seq) check.close(known);
  const { fault, rows, last } = check;
  return { intact: fault === null, rows, last_seq: last.seq, ...(fault === null ? {} : { fault }) };
}
