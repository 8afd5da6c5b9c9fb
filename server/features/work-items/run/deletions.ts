/** What an overwrite will delete: our own work items of this source, or everything (PU31, PU32). */
import type { SourceTree } from '../../../../shared/work-items.ts';
import type { Db } from '../../../db/open.ts';
import { markerRelation } from '../plan/marker.ts';
import type { TargetItem } from '../tracker.ts';
import { listPresentIds } from './ledger-store.ts';
import type { Overwrite } from './push-store.ts';
import type { TargetAccess } from './target-access.ts';

interface DeletionOptions {
  readonly tree: SourceTree;
  readonly overwrite: Overwrite | null;
  readonly signal: AbortSignal;
}

/** In order of id. Nothing that is gone already: the ledger is checked against the service (PU31). */
export async function listDeletions(
  db: Db,
  access: TargetAccess,
  { overwrite, signal }: DeletionOptions,
): Promise<readonly number[]> {
  if (overwrite === null) return [];
  const known = await listPresentIds(db, access.key);
  const deletions: number[] = [];
  for await (const ids of access.tracker.listIds(access.project, access.calls)) {
    signal.throwIfAborted();
    deletions.push(...(overwrite.scope === 'project' ? ids : await chooseOwned(ids, known, access)));
  }
  return deletions;
}

async function chooseOwned(
  ids: readonly number[],
  known: ReadonlySet<number>,
  access: TargetAccess,
): Promise<readonly number[]> {
  const foreign = ids.filter((id) => !known.has(id));
  const items = await access.tracker.readItems(foreign, access.calls);
  const ours = access.markerOf('');
  const isMarked = (item: TargetItem | undefined) =>
    item?.relations.some(({ rel, url }) => rel === markerRelation && url.startsWith(ours)) === true;
  return ids.filter((id) => known.has(id) || isMarked(items.get(id)));
}
