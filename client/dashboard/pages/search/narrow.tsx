/** Narrows the hits by what all of them are: project, type, status with their counts; owner and epic by name. */
import { useState } from 'react';
import type { SearchPage } from '../../../../shared/views/search.ts';
import { isNarrowed, withoutNarrowing } from '../../address/search-filters.ts';
import type { Narrowing, SearchPageFilters } from '../../address/search-filters.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toCount } from '../../format/numbers.ts';
import { toFacetValues } from '../../format/search.ts';
import type { FacetValue } from '../../format/search.ts';
import { Icon } from '../../parts/icon.tsx';
import { TextFilter } from '../../parts/text-filter.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { projectsView } from '../../views/projects.ts';

interface NarrowProps {
  readonly page: SearchPage;
  readonly filters: SearchPageFilters;
  readonly change: (filters: SearchPageFilters) => void;
}

const facetNames = { type: 'Type', status: 'Status', project: 'Project' } as const;

export function Narrow({ page: { facets }, filters, change }: NarrowProps) {
  const { caller } = useDashboard();
  const projects = shownValue(useView(projectsView(caller)).state) ?? [];
  const projectNames = new Map(projects.map((project) => [project.slug as string, project.name]));
  const set = (name: Narrowing, value: string) => change({ ...filters, [name]: value, page: 1 });
  return (
    <div className="narrow">
      {(['type', 'status', 'project'] as const).map((name) => (
        <Facet
          key={name}
          title={facetNames[name]}
          chosen={filters[name]}
          values={toFacetValues(name, facets?.[name] ?? {}, filters[name], projectNames)}
          choose={(value) => set(name, value)}
        />
      ))}
      <div className="filters narrow-more">
        <TextFilter label="Owner" value={filters.owner} change={(owner) => set('owner', owner)} />
        <TextFilter label="Epic" value={filters.epic} change={(epic) => set('epic', epic)} />
        {isNarrowed(filters) && (
          <button
            type="button"
            className="button button-quiet"
            onClick={() => change(withoutNarrowing(filters))}
          >
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

interface FacetProps {
  readonly title: string;
  readonly chosen: string;
  readonly values: readonly FacetValue[];
  readonly choose: (value: string) => void;
}

const firstShown = 8;

function Facet({ title, chosen, values, choose }: FacetProps) {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? values : values.slice(0, firstShown);
  // What all hits have in common narrows nothing.
  if (values.length < 2 && chosen === '') return null;
  return (
    <section className="facet" aria-label={`By ${title.toLowerCase()}`}>
      <h2 className="facet-title muted small">{title}</h2>
      <ul className="facet-values">
        {shown.map(({ value, label, count }) => (
          <li key={value}>
            <button
              type="button"
              className="facet-value"
              aria-pressed={value === chosen}
              onClick={() => choose(value === chosen ? '' : value)}
            >
              <span className="facet-name">{label}</span>
              <span className="muted figure">{toCount(count)}</span>
              {value === chosen && <Icon name="close" />}
            </button>
          </li>
        ))}
        {values.length > firstShown && (
          <li>
            <button type="button" className="facet-value facet-more" onClick={() => setWhole(!isWhole)}>
              {isWhole ? 'Fewer' : `${values.length - firstShown} more`}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}
