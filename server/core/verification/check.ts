/** One thing that must be true of the rows of a database, and what is told where it is not. */
import { sql, type SQL } from 'drizzle-orm';
import type { Finding } from '../../../shared/views/verification.ts';
import type { Queryable } from '../../db/open.ts';

export interface Check {
  readonly name: string;
  /** A query for what is wrong: `subject` and `message`, both text. */
  readonly wrong: SQL;
}

export interface CheckResult {
  readonly check: string;
  readonly findings: number;
  readonly first: readonly Finding[];
}

/** Told of each check; the others are counted. */
const told = 20;

export async function runCheck(queryable: Queryable, { name, wrong }: Check): Promise<CheckResult> {
  const rows = await queryable.execute<{ subject: string; message: string; count: string }>(sql`
    with wrong (subject, message) as (${wrong})
    select subject, message, count(*) over () as count from wrong limit ${told}`);
  return {
    check: name,
    findings: Number(rows[0]?.count ?? 0),
    first: rows.map(({ subject, message }) => ({ check: name, subject, message })),
  };
}
