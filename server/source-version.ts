/** Which state of a project's sources derived rows belong to: documents by their index version, sessions by their own. */
import { sql } from 'drizzle-orm';
import type { ProjectId } from '../shared/ids.ts';
import type { Queryable } from './db/open.ts';

/** Only ever compared: another text is another state. */
export async function readSourceVersion(queryable: Queryable, projectId: ProjectId): Promise<string> {
  const [row] = await queryable.execute<{ version: string }>(sql`
    select index_version || '.' || (
      select count(*) || '.' || coalesce(extract(epoch from max(updated_at)), 0) from sessions where project_id = p.id
    ) as version
    from projects p where id = ${projectId}`);
  return row?.version ?? '';
}
