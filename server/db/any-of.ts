/** Many texts as one parameter, whose number the planner sees: it takes any unfolded JSON for a hundred rows. */
import { sql, type SQL } from 'drizzle-orm';
import { makePgArray } from 'drizzle-orm/pg-core/utils/array';

/** What a column is compared with: `id = ${anyOf(ids)}`. */
export const anyOf = (values: readonly string[]): SQL => sql`any(${toTextArray(values)})`;

/** NUL, which no column holds, would fail the statement. */
export const toTextArray = (values: readonly string[]): SQL =>
  sql`${makePgArray([...values]).replaceAll('\0', '\ufffd')}::text[]`;
