/** `/api/audit-logs`: read, counted and checked; no route changes or deletes a row (AL6). */
import {
  listAuditLogs,
  readAuditStats as readStatsRoute,
  verifyAuditLogs,
} from '../../../shared/api/history.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { serveSlices } from '../../http/serve-slices.ts';
import { auditListing, readAuditStats, verifyChain } from './audit-query.ts';
import type { HistoryRouteOptions } from './route-options.ts';
import { reach } from './out-of-reach.ts';
import { replyWithRows } from './row-listing.ts';

export function mountAuditLog(kit: HttpKit, { history, clock }: HistoryRouteOptions): void {
  serveSlices(kit, listAuditLogs, ({ query }, { tx, signal }) =>
    reach(() => replyWithRows(tx, auditListing(query), query, signal)),
  );

  serveRead(kit, readStatsRoute, async ({ query }, { tx }) => {
    const data = await reach(() => readAuditStats(tx, query, clock.now()));
    return { success: true as const, data };
  });

  serveRead(kit, verifyAuditLogs, async (_input, { tx, signal }) => {
    const known = history.auditHead();
    const data = await reach(() => verifyChain(tx, { known, latest: kit.db, signal }));
    return { success: true as const, data };
  });
}
