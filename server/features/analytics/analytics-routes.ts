/** The totals of a project over time. */
import { desc, eq } from 'drizzle-orm';
import { listAnalytics } from '../../../shared/api/analytics.ts';
import { OperationId, toTimestamp, type ProjectId } from '../../../shared/ids.ts';
import type { Queryable } from '../../db/open.ts';
import { analytics } from '../../db/tables/analytics.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';

interface AnalyticsOptions {
  readonly findProject: (queryable: Queryable, slug: string) => Promise<{ readonly id: ProjectId }>;
}

export function mountAnalytics(kit: HttpKit, { findProject }: AnalyticsOptions): void {
  serveRead(kit, listAnalytics, async ({ params, query }, { tx }) => {
    const project = await findProject(tx, params.slug);
    const rows = await tx
      .select()
      .from(analytics)
      .where(eq(analytics.projectId, project.id))
      .orderBy(desc(analytics.at), desc(analytics.operationId))
      .limit(query.limit);
    const items = rows.map(({ operationId, at, totals }) => ({
      operationId: OperationId.parse(operationId),
      at: toTimestamp(at),
      totals,
    }));
    return { items };
  });
}
