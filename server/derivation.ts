/** What follows from changed files, feature by feature: tasks, sessions, features, links, search. */
import type { DerivedTotals, OpenDerivation, RowTotals } from './features/indexing/derivation.ts';

const none: RowTotals = { synced: 0, skipped: 0, removed: 0 };

export function createDerivation(): OpenDerivation {
  return async (context) => ({
    async readOthers() {
      if (context.operation.kind !== 'full_sync') return;
      context.skip(['tasks', 'sessions'], 'nothing of this kind is indexed');
    },
    async derive() {
      context.skip(['features'], 'nothing of this kind is indexed');
      context.skip('links', 'nothing of this kind is indexed');
      context.skip(['search'], 'nothing of this kind is indexed');
      if (context.operation.kind === 'full_sync') {
        context.skip(['analytics'], 'nothing of this kind is indexed');
      }
      const totals: DerivedTotals = { sessions: none, tasks: none, features: none, linksTotal: 0 };
      return { totals, commit: async () => undefined };
    },
  });
}
