/** All projects at a glance. */
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useDashboard } from '../../dashboard-context.tsx';
import type { Projects } from '../../folds/projects.ts';
import { toCount, toPercentage, toPlural } from '../../format/numbers.ts';
import { Empty } from '../../parts/empty.tsx';
import { Icon } from '../../parts/icon.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { walkRows } from '../../parts/walk-rows.ts';
import { shownValue, useView } from '../../use-view.ts';
import { projectsView } from '../../views/projects.ts';
import { statisticsView } from '../../views/statistics.ts';
import { ProjectCard } from './project-card.tsx';

export function ProjectsPage() {
  const { caller } = useDashboard();
  const view = useView(projectsView(caller));
  return (
    <>
      <PageHeader
        title="Projects"
        actions={
          <Link className="button" to="/settings#register">
            <Icon name="plus" />
            Register
          </Link>
        }
      />
      <ViewBoundary view={view} noun="list of projects" skeleton={<Skeleton rows={3} isCards />}>
        {(projects) => (projects.length === 0 ? <NoProjects /> : <Cards projects={projects} />)}
      </ViewBoundary>
    </>
  );
}

function NoProjects() {
  return (
    <Empty title="No project yet">
      <p className="muted">
        A project is a folder with planning documents. Syncline indexes it, watches it and shows every change.
      </p>
      <Link className="button button-primary" to="/settings#register">
        <Icon name="plus" />
        Register a project
      </Link>
    </Empty>
  );
}

function Cards({ projects }: { projects: Projects }) {
  const [query, setQuery] = useSearchParams();
  const [typed, setTyped] = useState(query.get('name') ?? '');
  const shown = projects.filter((project) => matches(project, typed));

  const filterBy = (text: string) => {
    setTyped(text);
    setQuery(text === '' ? {} : { name: text }, { replace: true });
  };
  return (
    <>
      <div className="toolbar">
        <Totals projects={projects} />
        <label className="search-field">
          <Icon name="search" />
          <span className="visually-hidden">Filter by name</span>
          <input
            type="search"
            placeholder="Filter by name"
            value={typed}
            data-list-filter
            onChange={(event) => filterBy(event.target.value)}
          />
          <kbd aria-hidden="true">/</kbd>
        </label>
      </div>
      {shown.length === 0 ? (
        <Empty title={`No project matches “${typed}”`}>
          <button type="button" className="button" onClick={() => filterBy('')}>
            Show all
          </button>
        </Empty>
      ) : (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links
        <ul className="cards" onKeyDown={walkRows}>
          {shown.map((project) => (
            <ProjectCard key={project.slug} project={project} />
          ))}
        </ul>
      )}
    </>
  );
}

const matches = ({ name, slug }: Projects[number], typed: string): boolean =>
  `${name}\n${slug}`.toLowerCase().includes(typed.trim().toLowerCase());

function Totals({ projects }: { projects: Projects }) {
  const { caller } = useDashboard();
  const statistics = shownValue(useView(statisticsView(caller)).state);
  const sum = (figure: (project: Projects[number]) => number) =>
    projects.reduce((total, project) => total + figure(project), 0);
  const totals = [
    { one: 'project', value: projects.length },
    { one: 'document', value: sum((project) => project.document_count) },
    { one: 'open issue', value: sum((project) => project.issue_count) },
  ];
  return (
    <dl className="totals">
      {totals.map(({ one, value }) => (
        <div key={one}>
          <dd className="figure">{toCount(value)}</dd>
          <dt>{value === 1 ? one : `${one}s`}</dt>
        </div>
      ))}
      {statistics !== undefined && statistics.stories.total > 0 && (
        <div>
          <dd className="figure">{toPercentage(statistics.completion_percentage)}</dd>
          <dt>of {toPlural(statistics.stories.total, 'story', 'stories')} done</dt>
        </div>
      )}
    </dl>
  );
}
