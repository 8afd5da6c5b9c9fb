/** The health of a project's documents: a score, how each rule fares, and what to mend. */
import { useParams, useSearchParams } from 'react-router';
import type { HealthCheck } from '../../../../shared/views/health-check.ts';
import { readHealthFilters, writeHealthFilters } from '../../address/health-filters.ts';
import type { HealthFilters } from '../../address/health-filters.ts';
import { toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toPlural } from '../../format/numbers.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { healthCheckView } from '../../views/statistics.ts';
import { Findings } from './findings.tsx';
import { RuleTable } from './rule-table.tsx';
import { ScorePanel } from './score-panel.tsx';

export function HealthCheckPage() {
  const { slug = '' } = useParams();
  return <HealthCheckOf key={slug} slug={slug} />;
}

function HealthCheckOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readHealthFilters(query);
  const view = useSettled(useView(healthCheckView(caller, slug, filters)));
  const name = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  const shown = shownValue(view.state);
  return (
    <>
      <PageHeader
        title="Health check"
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: name, to: toProjectPath(slug) },
        ]}
        aside={
          shown !== undefined && (
            <span className="muted figure">{toPlural(shown.total_documents, 'document')}</span>
          )
        }
      />
      <ViewBoundary view={view} noun="project">
        {(check) => (
          <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
            <Content
              check={check}
              filters={filters}
              change={(next) => setQuery(writeHealthFilters(next), { preventScrollReset: true })}
            />
          </div>
        )}
      </ViewBoundary>
    </>
  );
}

interface ContentProps {
  readonly check: HealthCheck;
  readonly filters: HealthFilters;
  readonly change: (filters: HealthFilters) => void;
}

function Content({ check, filters, change }: ContentProps) {
  if (check.total_documents === 0) {
    return (
      <Empty title="Nothing to check">
        <p className="muted">Findings appear here once documents are indexed.</p>
      </Empty>
    );
  }
  return (
    <div className="columns columns-health">
      <div className="column-main">
        <Findings check={check} filters={filters} change={change} />
      </div>
      <div className="column-side">
        <ScorePanel check={check} filters={filters} change={change} />
        <RuleTable check={check} filters={filters} change={change} />
      </div>
    </div>
  );
}
