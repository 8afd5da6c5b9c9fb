/** Leaves links as they are for now: a light start derives them later (SU2). What is owed stands in their state (LK22). */
import type { SourceChange } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Db } from '../../db/open.ts';
import type { PreparedLinks } from './link-run.ts';
import { readLinkState, saveLinkState } from './link-store.ts';

export async function postponeLinks(
  db: Db,
  context: OperationContext,
  { projectId, documents, sessions, before }: SourceChange,
): Promise<PreparedLinks> {
  const { linksTotal, pending, derivedFrom } = await readLinkState(db, projectId);
  context.skip('links', 'left for a rebuild soon after the start');
  const changed = [documents, sessions].reduce((sum, rows) => sum + rows.changed.size + rows.removed.size, 0);
  return {
    stats: {},
    linksTotal,
    async commit(tx, _emit, after) {
      if (changed > 0) await saveLinkState(tx, projectId, { pending: pending + changed });
      // Nothing that is linked is another one: the links belong to the new state as they did to the old.
      else if (derivedFrom === before && after !== before)
        await saveLinkState(tx, projectId, { derivedFrom: after });
    },
  };
}
