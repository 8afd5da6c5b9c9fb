/** What stands below one document: read once its place comes near the window, and live from then on. */
import { useRef } from 'react';
import type { ReactNode } from 'react';
import type { TreeNode } from '../../../../shared/views/document.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { branchView } from '../../views/tree.ts';
import { useTree } from './tree-context.ts';
import { useNear } from './use-near.ts';

interface BranchProps {
  readonly path: string;
  /** So many rows are kept free until they are here. */
  readonly count: number;
  readonly children: (nodes: readonly TreeNode[]) => ReactNode;
}

export function Branch(props: BranchProps) {
  const place = useRef<HTMLDivElement>(null);
  const isNear = useNear(place);
  return isNear ? <ReadBranch {...props} /> : <div ref={place} className="tree-wait" style={toRows(props)} />;
}

function ReadBranch({ path, count, children }: BranchProps) {
  const { caller } = useDashboard();
  const { slug } = useTree();
  const view = useView(branchView(caller, slug, path));
  const skeleton = (
    <div className="tree-wait" style={toRows({ count })} aria-busy="true">
      <span className="visually-hidden">Loading</span>
    </div>
  );
  return (
    <ViewBoundary view={view} noun="branch" skeleton={skeleton}>
      {children}
    </ViewBoundary>
  );
}

const toRows = ({ count }: Pick<BranchProps, 'count'>) => ({ height: `calc(${count} * var(--tree-row))` });
