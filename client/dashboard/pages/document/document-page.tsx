/** One document: its text, what it says about itself, and what hangs together with it. */
import { useEffect } from 'react';
import { Navigate, useLocation, useParams, useSearchParams } from 'react-router';
import { toDocumentPath, toDocumentsPath, toProjectPath } from '../../address/paths.ts';
import type { DocumentAddress } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import type { ShownDocument } from '../../folds/document.ts';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { documentView } from '../../views/documents.ts';
import { projectView } from '../../views/projects.ts';
import { DocumentAside } from './document-aside.tsx';
import { DocumentBody } from './document-body.tsx';
import { Related } from './related.tsx';

export function DocumentPage() {
  const { slug = '', type = '', docId = '' } = useParams();
  const [query] = useSearchParams();
  const path = query.get('path') ?? undefined;
  return <DocumentOf key={`${slug}/${type}/${docId}/${path}`} slug={slug} address={{ type, docId, path }} />;
}

function DocumentOf({ slug, address }: { slug: string; address: DocumentAddress }) {
  const { caller } = useDashboard();
  const view = useView(documentView(caller, slug, address));
  return (
    <ViewBoundary view={view} noun="document">
      {(shown) => <Content slug={slug} shown={shown} address={address} />}
    </ViewBoundary>
  );
}

interface ContentProps {
  readonly slug: string;
  readonly shown: ShownDocument;
  readonly address: DocumentAddress;
}

function Content({ slug, shown: { document, fate }, address }: ContentProps) {
  const { caller } = useDashboard();
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const [query, setQuery] = useSearchParams();
  const isRaw = query.get('view') === 'raw';
  useScrollToSection(document.content);
  if (fate.state === 'moved') return <Navigate to={toDocumentPath(slug, fate.to)} replace />;

  const turn = () => {
    const next = new URLSearchParams(query);
    if (isRaw) next.delete('view');
    else next.set('view', 'raw');
    setQuery(next, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={document.title}
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
          { label: 'Documents', to: toDocumentsPath(slug) },
          {
            label: document.type,
            to: `${toDocumentsPath(slug)}?${new URLSearchParams({ type: document.type })}`,
          },
        ]}
        aside={
          <span className="row">
            <DocumentStatus status={document.status} />
            {document.archived && <span className="tag">archived</span>}
          </span>
        }
        actions={
          <button type="button" className="button" aria-pressed={isRaw} onClick={turn}>
            {isRaw ? 'Rendered' : 'Raw'}
          </button>
        }
      />
      {fate.state === 'removed' && <Removed />}
      <div className="columns columns-document">
        <div className="column-main">
          <DocumentBody slug={slug} document={document} isRaw={isRaw} />
        </div>
        <div className="column-side">
          <DocumentAside slug={slug} document={document} />
          <Related slug={slug} address={address} />
        </div>
      </div>
    </>
  );
}

function Removed() {
  return (
    <div className="message message-warn" role="alert">
      <Icon name="warning" />
      <p className="message-text">
        <strong>This file was removed.</strong> What stands here is how it was last read.
      </p>
    </div>
  );
}

/** The browser cannot jump to a section that did not exist when the page was opened. */
function useScrollToSection(content: string): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash !== '') document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
  }, [hash, content]);
}
