/** `/api/sync-history`: what became of pushes (HI9 to HI11). */
import {
  listSyncHistory,
  listSyncItems,
  readHistoryDiagnostics,
  readSyncRecord,
  readSyncStats,
} from '../../../shared/api/history.ts';
import { AppError } from '../../../shared/failure.ts';
import type { SyncRecord } from '../../../shared/views/history.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { serveSlices } from '../../http/serve-slices.ts';
import { mountAuditLog } from './audit-routes.ts';
import { mountCatchUp } from './catch-up.ts';
import { diagnose } from './diagnostics.ts';
import { findRecord, itemListing, readStats, recordListing } from './history-query.ts';
import { mountOutOfReach, reach } from './out-of-reach.ts';
import type { HistoryRouteOptions } from './route-options.ts';
import { replyWithRows } from './row-listing.ts';

export function mountHistory(kit: HttpKit, options: HistoryRouteOptions): void {
  const { history, clock } = options;
  mountOutOfReach(kit, history);
  mountCatchUp(kit, history);

  serveSlices(kit, listSyncHistory, ({ query }, { tx, signal }) =>
    reach(() => replyWithRows(tx, recordListing(query), query, signal)),
  );

  serveRead(kit, readSyncStats, async ({ query }, { tx }) => {
    const data = await reach(() => readStats(tx, query));
    return { success: true as const, data };
  });

  // No snapshot: it answers although nothing can be read.
  kit.app.get(readHistoryDiagnostics.path, async (c) => c.json(await diagnose(kit.db, history, clock.now())));

  serveRead(kit, readSyncRecord, async ({ params }, { tx, header }) => {
    const id = params.id.toLowerCase();
    const record = await reach(() => findRecord(tx, id));
    const buffered = history.findBuffered(id);
    // Rows follow by and by: who has heard the end is not to read that it goes on.
    const isBehind = buffered !== null && (record === null || (!isTerminal(record) && isTerminal(buffered)));
    if (record !== null && !isBehind) return { success: true as const, data: record };
    if (buffered === null) throw notFound(id);
    header('Sync-History', 'buffered');
    return { success: true as const, data: buffered };
  });

  serveSlices(kit, listSyncItems, ({ params, query }, { tx, signal }) =>
    reach(async () => {
      const id = params.id.toLowerCase();
      if ((await findRecord(tx, id)) === null && history.findBuffered(id) === null) throw notFound(id);
      return await replyWithRows(tx, itemListing(id, query), query, signal);
    }),
  );

  mountAuditLog(kit, options);
}

const isTerminal = ({ status }: SyncRecord): boolean => status !== 'pending' && status !== 'in_progress';

const notFound = (id: string): AppError => new AppError('NOT_FOUND', `There is no push with id ${id}.`);
