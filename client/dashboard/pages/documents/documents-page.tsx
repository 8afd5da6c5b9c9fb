/** The documents of a project as a table that changes under one's eyes when files change. */
import { useParams, useSearchParams } from 'react-router';
import { isFiltered, readDocumentFilters, writeDocumentFilters } from '../../address/document-filters.ts';
import type { DocumentFilters } from '../../address/document-filters.ts';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import type { DocumentPage } from '../../../../shared/views/document.ts';
import { toPlural } from '../../format/numbers.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { documentsView } from '../../views/documents.ts';
import { projectView } from '../../views/projects.ts';
import { DocumentFilterBar } from './document-filter-bar.tsx';
import { DocumentTable } from './document-table.tsx';
import { PageNumbers } from './page-numbers.tsx';

export function DocumentsPage() {
  const { slug = '' } = useParams();
  return <DocumentsOf key={slug} slug={slug} />;
}

function DocumentsOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readDocumentFilters(query);
  const address = writeDocumentFilters(filters).toString();
  const view = useSettled(useView(documentsView(caller, slug, filters)));
  const page = shownValue(view.state);
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const change = (next: DocumentFilters) => setQuery(writeDocumentFilters(next));
  return (
    <>
      <PageHeader
        title="Documents"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
        ]}
        aside={page !== undefined && <span className="muted figure">{toPlural(page.total, 'document')}</span>}
      />
      <DocumentFilterBar filters={filters} change={change} seen={page?.items ?? []} />
      <ViewBoundary view={view} noun="project">
        {(shown) => (
          <Page
            shown={shown}
            filters={filters}
            change={change}
            slug={slug}
            address={address}
            isTurning={view.isTurning}
          />
        )}
      </ViewBoundary>
    </>
  );
}

interface PageProps {
  readonly slug: string;
  readonly shown: DocumentPage;
  readonly filters: DocumentFilters;
  readonly address: string;
  readonly isTurning: boolean;
  readonly change: (filters: DocumentFilters) => void;
}

function Page({ slug, shown, filters, address, isTurning, change }: PageProps) {
  if (shown.items.length === 0) return <NoDocuments shown={shown} filters={filters} change={change} />;
  return (
    <div className={isTurning ? 'turning' : ''} aria-busy={isTurning}>
      <DocumentTable
        slug={slug}
        items={shown.items}
        filters={filters}
        change={change}
        listKey={isTurning ? null : address}
      />
      <PageNumbers page={shown.page} pages={shown.pages} toPage={(page) => change({ ...filters, page })} />
    </div>
  );
}

function NoDocuments({ shown, filters, change }: Pick<PageProps, 'shown' | 'filters' | 'change'>) {
  if (shown.total > 0) {
    return (
      <Empty title="This page is past the end">
        <button type="button" className="button" onClick={() => change({ ...filters, page: 1 })}>
          First page
        </button>
      </Empty>
    );
  }
  if (!isFiltered(filters)) {
    return (
      <Empty title="No documents indexed">
        <p className="muted">Documents appear here while a sync reads them.</p>
      </Empty>
    );
  }
  return (
    <Empty title="No document passes these filters">
      <button
        type="button"
        className="button"
        onClick={() => change({ ...filters, type: '', status: '', epic: '', owner: '', page: 1 })}
      >
        Clear filters
      </button>
    </Empty>
  );
}
