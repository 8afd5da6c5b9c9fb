/** The ids of the documents at some paths. */
import { sql } from 'drizzle-orm';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable } from '../../db/open.ts';

export async function findDocumentIds(
  queryable: Queryable,
  projectId: string,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return [];
  const rows = await queryable.execute<{ id: string }>(sql`
    select id from documents
    where project_id = ${projectId} and file_path = ${anyOf(paths)}`);
  return rows.map(({ id }) => id);
}
