/** What follows from changed files, feature by feature: tasks, sessions, features, links, search. */
import type { ProjectId } from '../shared/ids.ts';
import type { OperationContext, RunResult } from './core/workflow.ts';
import type { DerivedTotals, OpenDerivation, RowTotals } from './features/indexing/derivation.ts';

export interface Derivations {
  readonly open: OpenDerivation;
  /** The work of a `rebuild_links`. */
  rebuildLinks(context: OperationContext): Promise<RunResult>;
  /** After an operation that did not complete: what is remembered was never written. */
  forget(projectId: ProjectId): void;
}

const none: RowTotals = { synced: 0, skipped: 0, removed: 0 };

export function createDerivations(): Derivations {
  return {
    open: async (context) => ({
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
    }),
    async rebuildLinks(context) {
      context.skip('links', 'nothing of this kind is indexed');
      return { message: '0 links', stats: { links_total: 0 } };
    },
    forget: () => undefined,
  };
}
