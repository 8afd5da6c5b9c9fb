/** How many suspects there are of each severity, and from where on a link is one: floors and filters in the address. */
import { defaultFloors } from '../../../../shared/api/link-audit.ts';
import { Severity } from '../../../../shared/views/link-audit.ts';
import type { LinkAudit } from '../../../../shared/views/link-audit.ts';
import { toShare, toWhole } from '../../address/link-filters.ts';
import type { LinkFilters } from '../../address/link-filters.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { TextFilter } from '../../parts/text-filter.tsx';
import { NumberField } from './number-field.tsx';
import { SeverityOfSuspect } from './severity-of-suspect.tsx';

interface AuditControlsProps {
  readonly audit: LinkAudit;
  readonly filters: LinkFilters;
  readonly change: (filters: LinkFilters) => void;
}

export function AuditControls({ audit, filters, change }: AuditControlsProps) {
  const set = (part: Partial<LinkFilters>) => change({ ...filters, offset: 0, ...part });
  const { primaryFloor, fanoutFloor } = filters;
  const isMoved = primaryFloor !== defaultFloors.primary || fanoutFloor !== defaultFloors.fanout;
  return (
    <section className="audit-head" aria-label="Audit">
      <Totals audit={audit} filters={filters} set={set} />
      <div className="filters">
        <NumberField
          label="Primary from"
          title="From this confidence on, a session counts as one about the feature"
          value={primaryFloor}
          min={0}
          max={1}
          step={0.05}
          parse={toShare}
          change={(value) => set({ primaryFloor: value })}
        />
        <NumberField
          label="Too many from"
          title="From this number of features on, a session is linked to too many"
          value={fanoutFloor}
          min={1}
          max={1000}
          step={1}
          parse={(text) => toWhole(text, 1, 1000)}
          change={(value) => set({ fanoutFloor: value })}
        />
        <TextFilter
          label="Feature"
          value={filters.feature}
          placeholder="Its id"
          isListFilter
          change={(feature) => set({ feature })}
        />
        <label className="check small">
          <input
            type="checkbox"
            checked={filters.hasReviewed}
            onChange={(event) => set({ hasReviewed: event.target.checked })}
          />
          Reviewed too
        </label>
        {isMoved && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => set({ primaryFloor: defaultFloors.primary, fanoutFloor: defaultFloors.fanout })}
          >
            Usual floors
          </button>
        )}
      </div>
    </section>
  );
}

interface TotalsProps extends Omit<AuditControlsProps, 'change'> {
  readonly set: (part: Partial<LinkFilters>) => void;
}

function Totals({ audit, filters, set }: TotalsProps) {
  return (
    <div className="audit-totals">
      {Severity.options.map((severity) => {
        const isOn = filters.severity === severity;
        return (
          <button
            key={severity}
            type="button"
            className="button"
            aria-pressed={isOn}
            onClick={() => set({ severity: isOn ? '' : severity })}
          >
            <SeverityOfSuspect severity={severity} />
            <span className="figure">{toCount(audit.by_severity[severity])}</span>
          </button>
        );
      })}
      <span className="muted small">
        {toPlural(audit.total_suspects, 'suspect')} of {toPlural(audit.row_count, 'link')}
        {audit.reviewed_count > 0 && `, ${toCount(audit.reviewed_count)} reviewed`}
      </span>
    </div>
  );
}
