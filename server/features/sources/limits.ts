/** How much one push may hold, whatever it is read from (PU11). */
import { AppError } from '../../../shared/failure.ts';
import type { SourceTree } from '../../../shared/work-items.ts';

export const mostNodes = 20_000;

export function requireFewEnough(tree: SourceTree): SourceTree {
  if (tree.items.length <= mostNodes) return tree;
  throw new AppError(
    'VALIDATION_FAILED',
    `There are ${tree.items.length} items to push, and ${mostNodes} at most go into one; choose fewer.`,
  );
}
