/** What a retry pushes: chosen items of the old tree, with the ancestors they hang on (PU21). Pure. */
import type { SourceItem, SourceTree } from '../../../../shared/work-items.ts';
import type { PushResult } from './result-store.ts';

export interface RetryTree {
  /** Chosen items and their ancestors, in source order. */
  readonly tree: SourceTree;
  /** Source ids; empty: `NOTHING_TO_RETRY`. */
  readonly chosen: readonly string[];
}

export function toRetryTree(
  tree: SourceTree,
  results: ReadonlyMap<string, PushResult>,
  only: 'failed' | 'unfinished',
): RetryTree {
  const isChosen = ({ sourceId }: SourceItem) => isUnfinished(results.get(sourceId), only);
  const chosen = tree.items.filter(isChosen).map(({ sourceId }) => sourceId);
  const needed = new Set(chosen);
  // Parents stand before their children.
  for (const { sourceId, parentId } of tree.items.toReversed()) {
    if (needed.has(sourceId) && parentId !== null) needed.add(parentId);
  }
  return { tree: { ...tree, items: tree.items.filter(({ sourceId }) => needed.has(sourceId)) }, chosen };
}

/** Items skipped because the push ended early belong to what is unfinished only. */
function isUnfinished(result: PushResult | undefined, only: 'failed' | 'unfinished'): boolean {
  if (result === undefined) return false;
  if (result.status === 'failed') return true;
  if (result.status !== 'skipped') return false;
  return result.code === 'PARENT_FAILED' || only === 'unfinished';
}
