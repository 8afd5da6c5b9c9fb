/** One branch of a project's tree, read when it is opened. */
import type { TreeNode } from '../../../shared/views/document.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { foldReferences } from '../folds/reading.ts';

/** The top of the tree without a `parent`, which is a path. */
export const branchView = (caller: Caller, slug: string, parent?: string): ViewSpec<readonly TreeNode[]> => ({
  key: `tree/${slug}?${parent ?? ''}`,
  async load(signal) {
    const query = parent === undefined ? {} : { parent };
    const { value, head } = await caller('readTree', { params: { slug }, query }, { signal });
    return { value: value.nodes, head };
  },
  fold: foldReferences(slug),
});
