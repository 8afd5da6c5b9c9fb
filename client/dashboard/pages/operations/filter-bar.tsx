/** Narrows the timeline by project, kind and status. */
import { OperationKind, OperationStatus } from '../../../../shared/operations.ts';
import { isFilteredBy, readOperationFilters } from '../../address/operation-filters.ts';
import type { OperationFilters } from '../../address/operation-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { operationStatusNames, toKindName } from '../../format/labels.ts';
import { SelectField } from '../../parts/select-field.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { projectsView } from '../../views/projects.ts';

interface FilterBarProps {
  readonly filters: OperationFilters;
  readonly change: (filters: OperationFilters) => void;
}

export function FilterBar({ filters, change }: FilterBarProps) {
  const { caller } = useDashboard();
  const projects = shownValue(useView(projectsView(caller)).state) ?? [];
  // Read as an address is read, so that nothing but a known value can be chosen.
  const set = (name: keyof OperationFilters, value: string) =>
    change(readOperationFilters(new URLSearchParams({ ...filters, [name]: value })));
  return (
    <div className="toolbar">
      <div className="filters">
        <SelectField
          label="Project"
          value={filters.project}
          isListFilter
          options={projects.map(({ slug, name }) => ({ value: slug, label: name }))}
          change={(value) => set('project', value)}
        />
        <SelectField
          label="Kind"
          value={filters.kind}
          options={OperationKind.options.map((kind) => ({ value: kind, label: toKindName(kind) }))}
          change={(value) => set('kind', value)}
        />
        <SelectField
          label="Status"
          value={filters.status}
          options={[
            { value: 'active', label: 'Queued or running' },
            ...OperationStatus.options.map((status) => ({
              value: status,
              label: operationStatusNames[status],
            })),
          ]}
          change={(value) => set('status', value)}
        />
        {isFilteredBy(filters) && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => change(readOperationFilters(new URLSearchParams()))}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  );
}
