/** `/api/v1/projects/{slug}/features` and `/tasks` (DR1). */
import { listFeatures, listTasks, readFeature } from '../../../shared/api/plans.ts';
import type { Transaction } from '../../db/open.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { readFeatureDetail, type ListFeatureSessions } from './feature-detail.ts';
import { decodeCursor, encodeCursor } from '../../http/page-cursor.ts';
import { listFeaturePage, listTaskPage } from './plan-queries.ts';

export interface PlansRoutesOptions {
  /** Throws `Project not found` for a slug that is none. */
  readonly findProject: (tx: Transaction, slug: string) => Promise<{ readonly id: string }>;
  readonly listSessions: ListFeatureSessions;
}

export function mountPlans(kit: HttpKit, { findProject, listSessions }: PlansRoutesOptions): void {
  serveRead(kit, listFeatures, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const { limit, cursor, status, readiness, category, q } = query;
    const filter = { status, readiness, category, q };
    const after = decodeCursor(cursor, { features: id, ...filter });
    const { items, total, next } = await listFeaturePage(tx, id, filter, { limit, after });
    return {
      items,
      total,
      next_cursor: next === null ? null : encodeCursor(next, { features: id, ...filter }),
    };
  });

  serveRead(kit, readFeature, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const sessions = await listSessions(tx, id, params.id, { withWeak: query.weak === true });
    return await readFeatureDetail(tx, id, params.id, sessions);
  });

  serveRead(kit, listTasks, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const { limit, cursor, status, feature, phase, source } = query;
    const filter = { status, feature, phase, source };
    const after = decodeCursor(cursor, { tasks: id, ...filter });
    const { items, total, next } = await listTaskPage(tx, id, filter, { limit, after });
    return { items, total, next_cursor: next === null ? null : encodeCursor(next, { tasks: id, ...filter }) };
  });
}
