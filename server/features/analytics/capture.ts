/** Writes down how much there is of everything once an operation has changed it; the only writer of its table. */
import { sql } from 'drizzle-orm';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import type { ProjectTotals } from '../../../shared/views/analytics.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { analytics } from '../../db/tables/analytics.ts';

/** What other features know how to count. */
export interface TotalsOfOthers {
  countSessions(
    queryable: Queryable,
    projectId: ProjectId,
  ): Promise<Pick<ProjectTotals, 'sessions' | 'tokens' | 'cost' | 'costComplete'>>;
  countSuspects(queryable: Queryable, projectId: ProjectId): Promise<number>;
}

/** Two runs of one operation leave one row. */
export async function captureAnalytics(
  tx: Transaction,
  others: TotalsOfOthers,
  operation: { readonly id: OperationId; readonly projectId: ProjectId },
  at: Date,
): Promise<void> {
  const { id: operationId, projectId } = operation;
  const totals: ProjectTotals = {
    ...(await readCounts(tx, projectId)),
    ...(await others.countSessions(tx, projectId)),
    suspects: await others.countSuspects(tx, projectId),
  };
  await tx
    .insert(analytics)
    .values({ operationId, projectId, at, totals })
    .onConflictDoUpdate({ target: analytics.operationId, set: { at, totals } });
}

type Counts = Omit<ProjectTotals, 'sessions' | 'tokens' | 'cost' | 'costComplete' | 'suspects'>;

/** One statement, whatever the size of the project. */
async function readCounts(tx: Transaction, projectId: ProjectId): Promise<Counts> {
  const by = (column: string, table: string) => sql`(
    select coalesce(jsonb_object_agg(name, count), '{}') from (
      select coalesce(${sql.raw(column)}, 'none') as name, count(*) as count
      from ${sql.raw(table)} where project_id = ${projectId} group by 1
    ) as counted)`;
  const [row] = await tx.execute<{ counts: Counts }>(sql`
    select jsonb_build_object(
      'documents', (select count(*) from documents where project_id = ${projectId}),
      'documentsByType', ${by('type', 'documents')},
      'documentsByStatus', ${by('status', 'documents')},
      'featuresByStatus', ${by('status', 'features')},
      'tasksByStatus', ${by('status', 'tasks')},
      'linksByStrategy', ${by('strategy', 'links')},
      'openIssues', (
        select count(*) from issues
        where project_id = ${projectId} and resolved_at is null and severity <> 'notice'
      )
    ) as counts`);
  if (row === undefined) throw new Error('A select without a table answers with one row');
  return row.counts;
}
