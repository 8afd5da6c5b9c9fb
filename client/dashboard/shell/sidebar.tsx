/** The way to every page, and every project with its state. */
import { Link, NavLink } from 'react-router';
import type { ReactNode } from 'react';
import { toProjectPath } from '../address/paths.ts';
import { useDashboard } from '../dashboard-context.tsx';
import { SignedIn } from '../entrance/signed-in.tsx';
import { activeOf } from '../folds/active-operations.ts';
import { toPercent, toShare } from '../format/numbers.ts';
import { Icon } from '../parts/icon.tsx';
import type { IconName } from '../parts/icon.tsx';
import { OperationState, SyncState } from '../parts/status.tsx';
import { shownValue, useView } from '../use-view.ts';
import { activeOperationsView } from '../views/operations.ts';
import { projectsView } from '../views/projects.ts';
import { Logo } from './logo.tsx';

export function Sidebar({ close }: { close: () => void }) {
  return (
    <nav className="sidebar" aria-label="Main" id="sidebar">
      <Link to="/" className="brand" onClick={close}>
        <Logo />
        Syncline
      </Link>
      <ul className="nav">
        <Page to="/" icon="projects" close={close}>
          Projects
        </Page>
        <Page to="/search" icon="search" close={close}>
          Search
        </Page>
        <Page to="/operations" icon="operations" close={close}>
          Operations
          <ActiveCount />
        </Page>
        <Page to="/pushes" icon="live" close={close}>
          Pushes
        </Page>
        <Page to="/connections" icon="live" close={close}>
          Connections
        </Page>
        <Page to="/settings" icon="settings" close={close}>
          Settings
        </Page>
      </ul>
      <ProjectLinks close={close} />
      <SignedIn />
    </nav>
  );
}

interface PageProps {
  readonly to: string;
  readonly icon: IconName;
  readonly close: () => void;
  readonly children: ReactNode;
}

function Page({ to, icon, close, children }: PageProps) {
  return (
    <li>
      <NavLink to={to} end={to === '/'} className="nav-link" onClick={close}>
        <Icon name={icon} />
        {children}
      </NavLink>
    </li>
  );
}

function ActiveCount() {
  const { caller } = useDashboard();
  const count = shownValue(useView(activeOperationsView(caller)).state)?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="nav-count figure">
      {count}
      <span className="visually-hidden"> active</span>
    </span>
  );
}

function ProjectLinks({ close }: { close: () => void }) {
  const { caller } = useDashboard();
  const projects = shownValue(useView(projectsView(caller)).state) ?? [];
  const active = shownValue(useView(activeOperationsView(caller)).state);
  if (projects.length === 0) return null;

  return (
    <>
      <h2 className="nav-heading">Projects</h2>
      <ul className="nav nav-projects">
        {projects.map(({ slug, name, sync_status, sync_counts }) => {
          const operation = active && activeOf(active, slug);
          const share = operation && toShare(operation.progress.processed, operation.progress.total);
          return (
            <li key={slug}>
              <NavLink to={toProjectPath(slug)} className="nav-link" onClick={close}>
                {operation === undefined ? (
                  <SyncState status={sync_status} hasFailures={(sync_counts?.failed ?? 0) > 0} isShapeOnly />
                ) : (
                  <OperationState status={operation.status} isShapeOnly />
                )}
                <span className="nav-name">{name}</span>
                {operation?.status === 'running' && share !== undefined && (
                  <span className="muted small figure">{toPercent(share)}</span>
                )}
              </NavLink>
            </li>
          );
        })}
      </ul>
    </>
  );
}
