/** All writing of `audit_logs`, and reading it in the order of its chain. */
import { sql } from 'drizzle-orm';
import type { Queryable, Transaction } from '../../db/open.ts';
import { chainStart, type ChainedRow, type ChainHead } from './audit-chain.ts';

/** Any number, the same on every server of a database: one at a time adds to the chain. */
const chainLock = 4_400_012;

/** Held until the commit. */
export async function lockChain(tx: Transaction): Promise<ChainHead> {
  await tx.execute(sql`select pg_advisory_xact_lock(${chainLock})`);
  return await readHead(tx);
}

export async function readHead(queryable: Queryable): Promise<ChainHead> {
  const [head] = await queryable.execute<{ seq: string; hash: string }>(
    sql`select seq::text, hash from audit_logs order by audit_logs.seq desc limit 1`,
  );
  return head === undefined ? chainStart : { seq: Number(head.seq), hash: head.hash };
}

/** Those of the ids that stand already, because an answer to a commit was lost. */
export async function findStored(tx: Transaction, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.execute<{ id: string }>(
    sql`select id from audit_logs where id in (select value::uuid from json_array_elements_text(${JSON.stringify(ids)}::json) as given (value))`,
  );
  return new Set(rows.map(({ id }) => id));
}

export async function insertRows(tx: Transaction, rows: readonly ChainedRow[]): Promise<void> {
  await tx.execute(sql`
    insert into audit_logs (id, action_type, entity_type, entity_id, user_id, source_ip, user_agent, details, created_at,
      seq, prev_hash, hash)
    select id, action_type, entity_type, entity_id, user_id, source_ip, user_agent, details, created_at, seq, prev_hash, hash
    from json_to_recordset(${JSON.stringify(rows)}::json) as entry (
      id uuid, action_type text, entity_type text, entity_id text, user_id uuid, source_ip text, user_agent text,
      details jsonb, created_at timestamptz, seq bigint, prev_hash text, hash text
    )`);
}

const pageSize = 1000;

export async function* readChain(
  queryable: Queryable,
  signal: AbortSignal,
): AsyncGenerator<readonly ChainedRow[]> {
  let after = 0;
  for (let isMore = true; isMore;) {
    signal.throwIfAborted();
    const rows = await queryable.execute<ChainedRow & { seq: string } & Record<string, unknown>>(sql`
      select id, action_type, entity_type, entity_id, user_id, source_ip, user_agent, details,
        to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at, seq::text, prev_hash, hash
      from audit_logs where seq > ${after} order by audit_logs.seq limit ${pageSize}`);
    const page = rows.map((row) => ({ ...row, seq: Number(row.seq) }));
    after = page.at(-1)?.seq ?? after;
    isMore = page.length === pageSize;
    yield page;
  }
}
