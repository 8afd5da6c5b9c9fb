/** Links between features and sessions that look wrong, the gravest reasons spelled out. */
import type { LinkAudit } from '../../../../shared/views/link-audit.ts';
import { hasLinkFilter, suspectsPerPage } from '../../address/link-filters.ts';
import type { LinkFilters } from '../../address/link-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toCount, toPlural } from '../../format/numbers.ts';
import { Empty } from '../../parts/empty.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { walkRows } from '../../parts/walk-rows.ts';
import { useSettled } from '../../use-settled.ts';
import { useView } from '../../use-view.ts';
import { auditView } from '../../views/links.ts';
import { AuditControls } from './audit-controls.tsx';
import { SuspectRow } from './suspect-row.tsx';
import type { Reviewing } from './use-reviewing.ts';

interface SuspectsProps {
  readonly slug: string;
  readonly filters: LinkFilters;
  readonly change: (filters: LinkFilters) => void;
  readonly reviewing: Reviewing;
}

export function Suspects({ slug, filters, change, reviewing }: SuspectsProps) {
  const { caller } = useDashboard();
  const view = useSettled(useView(auditView(caller, slug, filters)));
  return (
    <ViewBoundary view={view} noun="project">
      {(audit) => (
        <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
          <AuditControls audit={audit} filters={filters} change={change} />
          {audit.suspects.length === 0 ? (
            <NoSuspects audit={audit} filters={filters} change={change} />
          ) : (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
            <ul className="suspects panel" onKeyDown={walkRows}>
              {audit.suspects.map((suspect) => (
                <SuspectRow
                  key={suspect.link_id}
                  slug={slug}
                  suspect={suspect}
                  filters={filters}
                  reviewing={reviewing}
                />
              ))}
            </ul>
          )}
          <Pager audit={audit} filters={filters} change={change} />
        </div>
      )}
    </ViewBoundary>
  );
}

interface AuditPartProps {
  readonly audit: LinkAudit;
  readonly filters: LinkFilters;
  readonly change: (filters: LinkFilters) => void;
}

function NoSuspects({ audit, filters, change }: AuditPartProps) {
  if (filters.offset > 0) {
    return (
      <Empty title="This page is past the end">
        <button type="button" className="button" onClick={() => change({ ...filters, offset: 0 })}>
          First page
        </button>
      </Empty>
    );
  }
  if (hasLinkFilter(filters)) {
    return (
      <Empty title="No suspect passes these filters">
        <button
          type="button"
          className="button"
          onClick={() => change({ ...filters, feature: '', severity: '', offset: 0 })}
        >
          Clear filters
        </button>
      </Empty>
    );
  }
  return (
    <Empty title={audit.row_count === 0 ? 'No links to audit' : 'No link looks wrong'}>
      <p className="muted">
        {audit.row_count === 0
          ? 'Links between features and sessions appear here once both are indexed.'
          : `${toPlural(audit.row_count, 'link')} between features and sessions were looked at.`}
      </p>
    </Empty>
  );
}

/** The audit pages by offset, and knows where the last page is. */
function Pager({ audit, filters, change }: AuditPartProps) {
  const { offset } = filters;
  const { next_offset: next, suspect_count: shown, total_suspects: total } = audit;
  if ((offset === 0 && next === null) || shown === 0) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <button
        type="button"
        className="button button-small"
        disabled={offset === 0}
        onClick={() => change({ ...filters, offset: Math.max(0, offset - suspectsPerPage), link: '' })}
      >
        Previous
      </button>
      <span className="muted figure">
        {toCount(offset + 1)} to {toCount(offset + shown)} of {toCount(total)}
      </span>
      <button
        type="button"
        className="button button-small"
        disabled={next === null}
        onClick={() => next !== null && change({ ...filters, offset: next, link: '' })}
      >
        Next
      </button>
    </nav>
  );
}
