/** Narrows the features by a word of their name, status and readiness. */
import { PlanStatus, Readiness } from '../../../../shared/views/plan.ts';
import { hasFeatureFilter, readFeatureFilters } from '../../address/feature-filters.ts';
import type { FeatureFilters } from '../../address/feature-filters.ts';
import { toWords } from '../../format/labels.ts';
import { SelectField } from '../../parts/select-field.tsx';
import { TextFilter } from '../../parts/text-filter.tsx';

interface FeatureFilterBarProps {
  readonly filters: FeatureFilters;
  readonly change: (filters: FeatureFilters) => void;
}

export function FeatureFilterBar({ filters, change }: FeatureFilterBarProps) {
  // Read as an address is read, so that nothing but a known value can be chosen.
  const set = (name: keyof FeatureFilters, value: string) =>
    change(readFeatureFilters(new URLSearchParams({ ...filters, [name]: value })));
  return (
    <div className="toolbar">
      <div className="filters">
        <TextFilter
          label="Name"
          value={filters.q}
          placeholder="Part of it"
          isListFilter
          change={(q) => set('q', q)}
        />
        <SelectField
          label="Status"
          value={filters.status}
          options={PlanStatus.options.map((status) => ({ value: status, label: toWords(status) }))}
          change={(status) => set('status', status)}
        />
        <SelectField
          label="Readiness"
          value={filters.readiness}
          options={Readiness.options.map((readiness) => ({ value: readiness, label: toWords(readiness) }))}
          change={(readiness) => set('readiness', readiness)}
        />
        {hasFeatureFilter(filters) && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => change(readFeatureFilters(new URLSearchParams()))}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  );
}
