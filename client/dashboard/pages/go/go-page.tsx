/** Leads from an id to the page of what owns it (PG3), and from a task to its feature. */
import { Link, Navigate, useParams, useSearchParams } from 'react-router';
import { toDocumentPath, toFeaturePath, toProjectPath, toSearchPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { resolvedIdsView } from '../../views/documents.ts';
import { taskView } from '../../views/task.ts';

export function GoPage() {
  const { slug = '', id = '' } = useParams();
  const [query] = useSearchParams();
  const source = query.get('source');
  if (source !== null) return <GoToTask slug={slug} rawId={id} source={source} />;
  return <GoToDocument slug={slug} id={id} />;
}

function GoToDocument({ slug, id }: { slug: string; id: string }) {
  const { caller } = useDashboard();
  const view = useView(resolvedIdsView(caller, slug, [id]));
  return (
    <ViewBoundary view={view} noun="project">
      {(resolved) => {
        // The preferred owner comes first (DC4); its page names the others.
        const owner = resolved[id]?.[0];
        if (owner === undefined) {
          return <NoOwner slug={slug} id={id} because={`No document of this project owns the id ${id}.`} />;
        }
        const { type, doc_id: docId, file_path: path } = owner;
        return <Navigate to={toDocumentPath(slug, { type, docId, path })} replace />;
      }}
    </ViewBoundary>
  );
}

interface GoToTaskProps {
  readonly slug: string;
  readonly rawId: string;
  readonly source: string;
}

function GoToTask({ slug, rawId, source }: GoToTaskProps) {
  const { caller } = useDashboard();
  const view = useView(taskView(caller, slug, { rawId, source }));
  return (
    <ViewBoundary view={view} noun="project">
      {(task) => {
        if (task === null)
          return <NoOwner slug={slug} id={rawId} because={`${source} lists no such task.`} />;
        if (task.featureId !== null) return <Navigate to={toFeaturePath(slug, task.featureId)} replace />;
        return (
          <NoOwner slug={slug} id={rawId} because={`“${task.title}” of ${source} belongs to no feature.`} />
        );
      }}
    </ViewBoundary>
  );
}

function NoOwner({ slug, id, because }: { slug: string; id: string; because: string }) {
  return (
    <>
      <PageHeader title={id} crumbs={[{ label: slug, to: toProjectPath(slug) }]} />
      <div className="empty">
        <h2>Nothing to open</h2>
        <p className="muted">{because}</p>
        <Link className="button" to={toSearchPath({ q: id, project: slug })}>
          Search for it
        </Link>
      </div>
    </>
  );
}
