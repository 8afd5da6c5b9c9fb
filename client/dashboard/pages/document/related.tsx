/** Documents above, below, before and after this one. */
import { Link } from 'react-router';
import type { RelatedItem } from '../../../../shared/views/document.ts';
import { toDocumentPath } from '../../address/paths.ts';
import type { DocumentAddress } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { relatedView } from '../../views/documents.ts';

export function Related({ slug, address }: { slug: string; address: DocumentAddress }) {
  const { caller } = useDashboard();
  const view = useView(relatedView(caller, slug, address));
  return (
    <Panel title="Related">
      <ViewBoundary view={view} noun="relation" skeleton={<Skeleton rows={2} />}>
        {({ parents, children, depends_on: prerequisites, dependents }) => {
          const groups = [
            { name: 'Parents', items: parents },
            { name: 'Children', items: children },
            { name: 'Depends on', items: prerequisites },
            { name: 'Needed by', items: dependents },
          ].filter(({ items }) => items.length > 0);
          if (groups.length === 0)
            return <p className="muted">Nothing refers to it, and it refers to nothing.</p>;
          return groups.map(({ name, items }) => <Group key={name} name={name} items={items} slug={slug} />);
        }}
      </ViewBoundary>
    </Panel>
  );
}

function Group({ name, items, slug }: { name: string; items: readonly RelatedItem[]; slug: string }) {
  return (
    <section className="related">
      <h3>{name}</h3>
      <ul>
        {items.map(({ doc_id: docId, type, title, status, file_path: path }) => (
          <li key={path}>
            <Link to={toDocumentPath(slug, { type, docId, path })}>{title}</Link>
            <span className="row small">
              <span className="muted">{type}</span>
              {status !== null && <DocumentStatus status={status} />}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
