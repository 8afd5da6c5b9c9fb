/** The top of the tree as it is shown: epics and what has children first, then the rest gathered by type. */
import type { TreeNode } from '../../../../shared/views/document.ts';
import { groupBy } from '../../format/group.ts';

export type TreeEntry =
  | { readonly kind: 'document'; readonly key: string; readonly node: TreeNode }
  | {
      readonly kind: 'type';
      readonly key: string;
      readonly type: string;
      readonly nodes: readonly TreeNode[];
    };

/** Keys of documents are their paths; no path of a project begins with a slash. */
export const toEntry = (node: TreeNode): TreeEntry => ({ kind: 'document', key: node.file_path, node });

/** Hundreds of documents without parent and children would hide the few that make the tree. */
export function toTopEntries(nodes: readonly TreeNode[]): readonly TreeEntry[] {
  const isTrunk = ({ type, child_count: count }: TreeNode) => type === 'epic' || count > 0;
  const loose = groupBy(
    nodes.filter((node) => !isTrunk(node)),
    ({ type }) => type,
  );
  const gathered = loose.map(([type, ofType]): TreeEntry => {
    const [only] = ofType;
    return ofType.length === 1 && only !== undefined
      ? toEntry(only)
      : { kind: 'type', key: `/${type}`, type, nodes: ofType };
  });
  return [...nodes.filter(isTrunk).map(toEntry), ...gathered];
}
