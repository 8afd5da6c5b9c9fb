/** Narrows the sessions by state, agent, model and feature. */
import { SessionStatus } from '../../../../shared/views/session.ts';
import type { SessionItem } from '../../../../shared/views/session.ts';
import { hasSessionFilter, readSessionFilters, SessionAgent } from '../../address/session-filters.ts';
import type { SessionListFilters } from '../../address/session-filters.ts';
import { toWords } from '../../format/labels.ts';
import { SelectField } from '../../parts/select-field.tsx';
import { TextFilter } from '../../parts/text-filter.tsx';

interface SessionFilterBarProps {
  readonly filters: SessionListFilters;
  readonly change: (filters: SessionListFilters) => void;
  readonly seen: readonly SessionItem[];
}

export function SessionFilterBar({ filters, change, seen }: SessionFilterBarProps) {
  const models = [...new Set(seen.flatMap((session) => session.models))].toSorted();
  return (
    <div className="toolbar">
      <div className="filters">
        <SelectField
          label="State"
          value={filters.status}
          isListFilter
          options={SessionStatus.options.map((status) => ({ value: status, label: stateNames[status] }))}
          change={(status) => change({ ...filters, status: SessionStatus.safeParse(status).data ?? '' })}
        />
        <SelectField
          label="Agent"
          value={filters.agent}
          options={SessionAgent.options.map((agent) => ({ value: agent, label: toWords(agent) }))}
          change={(agent) => change({ ...filters, agent: SessionAgent.safeParse(agent).data ?? '' })}
        />
        <SelectField
          label="Model"
          value={filters.model}
          options={models.map((model) => ({ value: model, label: model }))}
          change={(model) => change({ ...filters, model })}
        />
        <TextFilter
          label="Feature"
          value={filters.feature}
          placeholder="Its id"
          change={(feature) => change({ ...filters, feature })}
        />
        <label className="check small">
          <input
            type="checkbox"
            checked={filters.hasSubagents}
            onChange={(event) => change({ ...filters, hasSubagents: event.target.checked })}
          />
          Subagents too
        </label>
        {hasSessionFilter(filters) && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => change(readSessionFilters(new URLSearchParams()))}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

const stateNames: Readonly<Record<SessionStatus, string>> = { active: 'Active', completed: 'Ended' };
