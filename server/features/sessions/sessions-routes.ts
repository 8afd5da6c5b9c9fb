/** `/api/v1/projects/{slug}/sessions` and below (DR1). */
import { listSessionRecords, listSessions, readSession } from '../../../shared/api/sessions.ts';
import { AppError } from '../../../shared/failure.ts';
import type { Transaction } from '../../db/open.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import type { Clock } from '../../platform/clock.ts';
import type { PriceTable } from './prices.ts';
import { listRecords } from './record-store.ts';
import { findSession, readSessionDetail } from './session-detail.ts';
import { listSessionPage } from './session-list.ts';

export interface SessionsOptions {
  /** Throws `Project not found` for a slug that is none. */
  readonly findProject: (tx: Transaction, slug: string) => Promise<{ readonly id: string }>;
  /** Ids of the sessions that are linked to a feature. */
  readonly findByFeature: (tx: Transaction, projectId: string, feature: string) => Promise<readonly string[]>;
  readonly prices: PriceTable;
  readonly clock: Clock;
}

export function mountSessions(kit: HttpKit, options: SessionsOptions): void {
  const { findProject, findByFeature, prices, clock } = options;

  serveRead(kit, listSessions, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    return await listSessionPage(
      tx,
      id,
      { ...query, cursor: query.cursor },
      {
        prices,
        now: clock.now(),
        findByFeature: (projectId, feature) => findByFeature(tx, projectId, feature),
      },
    );
  });

  serveRead(kit, readSession, async ({ params }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    return await readSessionDetail(tx, id, params.id, { now: clock.now(), prices });
  });

  serveRead(kit, listSessionRecords, async ({ params, query }, { tx }) => {
    const { id } = await findProject(tx, params.slug);
    const session = await findSession(tx, id, params.id);
    const { limit } = query;
    const after = query.after ?? toIndex(query.cursor);
    const items = await listRecords(tx, id, session.id, { after, limit });
    const last = items.at(-1)?.index;
    const hasMore = last !== undefined && last + 1 < session.recordCount;
    return {
      items: items.map((item) => ({ ...item, blocks: [...item.blocks] })),
      total: session.recordCount,
      next_cursor: hasMore ? String(last) : null,
    };
  });
}

/** Records count from 0, so that everything comes after -1. */
function toIndex(cursor: string | undefined): number {
  if (cursor === undefined) return -1;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  const reason = 'is not a cursor of this list';
  throw new AppError('VALIDATION_ERROR', `query.cursor: ${reason}`, {
    details: [{ path: 'query.cursor', reason }],
  });
}
