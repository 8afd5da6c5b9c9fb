/** The features of a project: how far each is, whether it can go on, and when something was last done. */
import { useParams, useSearchParams } from 'react-router';
import { hasFeatureFilter, readFeatureFilters, writeFeatureFilters } from '../../address/feature-filters.ts';
import type { FeatureFilters } from '../../address/feature-filters.ts';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toPlural } from '../../format/numbers.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { featuresView } from '../../views/plans.ts';
import { projectView } from '../../views/projects.ts';
import { FeatureFilterBar } from './feature-filter-bar.tsx';
import { FeatureTable } from './feature-table.tsx';

export function FeaturesPage() {
  const { slug = '' } = useParams();
  return <FeaturesOf key={slug} slug={slug} />;
}

function FeaturesOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readFeatureFilters(query);
  const view = useSettled(useView(featuresView(caller, slug, filters)));
  const page = shownValue(view.state);
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const change = (next: FeatureFilters) => setQuery(writeFeatureFilters({ ...next, cursor: '' }));
  return (
    <>
      <PageHeader
        title="Features"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
        ]}
        aside={page !== undefined && <span className="muted figure">{toPlural(page.total, 'feature')}</span>}
      />
      <FeatureFilterBar filters={filters} change={change} />
      <ViewBoundary view={view} noun="project">
        {({ items, next_cursor: nextCursor }) => (
          <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
            {items.length === 0 ? (
              <NoFeatures filters={filters} change={change} />
            ) : (
              <FeatureTable slug={slug} features={items} />
            )}
            <CursorPager name="cursor" cursor={filters.cursor} nextCursor={nextCursor} />
          </div>
        )}
      </ViewBoundary>
    </>
  );
}

interface NoFeaturesProps {
  readonly filters: FeatureFilters;
  readonly change: (filters: FeatureFilters) => void;
}

function NoFeatures({ filters, change }: NoFeaturesProps) {
  if (hasFeatureFilter(filters) || filters.cursor !== '') {
    return (
      <Empty title="No feature passes these filters">
        <button
          type="button"
          className="button"
          onClick={() => change(readFeatureFilters(new URLSearchParams()))}
        >
          Clear filters
        </button>
      </Empty>
    );
  }
  return (
    <Empty title="No features">
      <p className="muted">Features are found in requirements, plans and progress files while a sync runs.</p>
    </Empty>
  );
}
