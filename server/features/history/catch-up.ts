/** Whoever has seen a push end finds that end in its history, though rows are written a moment later (PU19, AL4). */
import type { HttpKit } from '../../http/serve-route.ts';
import type { HistoryMemory } from './history.ts';

/** Longer than a write takes, shorter than anybody minds while the tables are locked. */
const patienceMs = 1000;

/** Before anything of the answer is read. */
export function mountCatchUp({ app }: HttpKit, history: HistoryMemory): void {
  for (const path of [
    '/api/sync-history',
    '/api/sync-history/stats',
    '/api/sync-history/:id',
    '/api/sync-history/:id/items',
    '/api/audit-logs',
    '/api/audit-logs/*',
  ]) {
    app.use(path, async (c, next) => {
      if (c.req.method === 'GET') await history.catchUp(patienceMs);
      await next();
    });
  }
}
