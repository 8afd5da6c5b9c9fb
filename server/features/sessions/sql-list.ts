/** Many values as one parameter, so that a statement's text does not depend on how many there are. */
import { sql, type SQL } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';

export const toSqlList = (values: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${toStorableJson(values)}::jsonb))`;
