/** The documents of a project as a tree: epic, story, and what hangs below them; each branch is read when it is opened. */
import { useParams } from 'react-router';
import { toDocumentsPath, toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { branchView } from '../../views/tree.ts';
import { allOpen, noneOpen } from './opened-branches.ts';
import { toTopEntries } from './tree-entries.ts';
import { Tree } from './tree.tsx';
import { useOpenedBranches } from './use-opened-branches.ts';

export function TreePage() {
  const { slug = '' } = useParams();
  return <TreeOf key={slug} slug={slug} />;
}

function TreeOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const view = useView(branchView(caller, slug));
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const [opened, change] = useOpenedBranches(slug);
  return (
    <>
      <PageHeader
        title="Tree"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
          { label: 'Documents', to: toDocumentsPath(slug) },
        ]}
        actions={
          <>
            <button type="button" className="button" onClick={() => change(allOpen)}>
              Expand all
            </button>
            <button type="button" className="button" onClick={() => change(noneOpen)}>
              Collapse all
            </button>
          </>
        }
      />
      <ViewBoundary view={view} noun="project">
        {(nodes) =>
          nodes.length === 0 ? (
            <Empty title="No documents indexed">
              <p className="muted">Documents appear here while a sync reads them.</p>
            </Empty>
          ) : (
            <Tree slug={slug} entries={toTopEntries(nodes)} opened={opened} change={change} />
          )
        }
      </ViewBoundary>
    </>
  );
}
