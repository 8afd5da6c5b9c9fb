/** Whether an entity that a link may begin or end at is there. */
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/open.ts';
import type { EntityParts } from './link.ts';

const tableOf: Readonly<Record<string, string>> = {
  feature: 'features',
  document: 'documents',
  task: 'tasks',
  session: 'sessions',
};

export async function entityExists(
  queryable: Queryable,
  projectId: string,
  { type, id }: EntityParts,
): Promise<boolean> {
  const table = tableOf[type];
  if (table === undefined) return false;
  const rows = await queryable.execute(
    sql`select 1 from ${sql.identifier(table)} where project_id = ${projectId} and id = ${id}`,
  );
  return rows.length > 0;
}

/** A document may also be named by its path. */
export async function toEntityId(
  queryable: Queryable,
  projectId: string,
  type: string,
  id: string,
): Promise<string> {
  if (type !== 'document' || /^d_[0-9a-z]+$/.test(id)) return id;
  const rows = await queryable.execute<{ id: string }>(
    sql`select id from documents where project_id = ${projectId} and file_path = ${id}`,
  );
  return rows[0]?.id ?? id;
}
