/** What a scrape asks the database: a few rows by index, on one connection each. */
import { inArray, sql } from 'drizzle-orm';
import type { OperationStatus } from '../../shared/operations.ts';
import type { Db } from '../db/open.ts';
import { leases } from '../db/tables/leases.ts';
import { operations } from '../db/tables/operations.ts';

export interface DatabaseFigures {
  readonly head: number;
  readonly oldest: number;
  /** Age of the oldest event that was not handed to readers here. */
  readonly lagSeconds: number;
  readonly active: readonly { readonly kind: string; readonly status: string; readonly lane: string }[];
  readonly leases: readonly { readonly name: string; readonly owner: string; readonly seconds: number }[];
  readonly connections: readonly { readonly state: string; readonly count: number }[];
}

const leasesAtMost = 100;

/** `delivered`: the `seq` up to which readers here have everything. */
export async function readDatabaseFigures(db: Db, delivered: number): Promise<DatabaseFigures> {
  const [journal, active, held, connections] = await Promise.all([
    readJournal(db, delivered),
    db
      .select({ kind: operations.kind, status: operations.status, lane: operations.lane })
      .from(operations)
      .where(inArray(operations.status, ['queued', 'running'] satisfies OperationStatus[])),
    db
      .select({
        name: leases.name,
        owner: leases.owner,
        seconds: sql<number>`extract(epoch from ${leases.expiresAt} - now())::float8`,
      })
      .from(leases)
      .orderBy(leases.name)
      .limit(leasesAtMost),
    readConnections(db),
  ]);
  return { ...journal, active, leases: held, connections };
}

async function readJournal(db: Db, delivered: number) {
  const [row] = await db.execute<{ head: string; oldest: string | null; lag: number | null }>(sql`
    select head, (select min(seq) from journal) as oldest,
      (select extract(epoch from clock_timestamp() - at)::float8 from journal
       where seq > ${delivered} order by seq limit 1) as lag
    from journal_state`);
  const head = Number(row?.head ?? 0);
  const oldest = row?.oldest == null ? head + 1 : Number(row.oldest);
  return { head, oldest, lagSeconds: Math.max(0, row?.lag ?? 0) };
}

async function readConnections(db: Db) {
  const rows = await db.execute<{ state: string | null; count: string }>(sql`
    select state, count(*) as count from pg_stat_activity
    where datname = current_database() and application_name like 'syncline%' group by state`);
  return rows.map(({ state, count }) => ({ state: state ?? 'unknown', count: Number(count) }));
}
