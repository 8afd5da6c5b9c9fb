/** Projects registered, changed and removed; and how the server is. */
import { useSearchParams } from 'react-router';
import { useDashboard } from '../../dashboard-context.tsx';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { projectsView } from '../../views/projects.ts';
import { ProjectSettings } from './project-settings.tsx';
import { RegisterForm } from './register-form.tsx';
import { ServerPanel } from './server-panel.tsx';

export function SettingsPage() {
  const { caller } = useDashboard();
  const view = useView(projectsView(caller));
  const [query, setQuery] = useSearchParams();
  const openSlug = query.get('project');
  const open = (slug: string | null) => setQuery(slug === null ? {} : { project: slug }, { replace: true });
  return (
    <>
      <PageHeader title="Settings" />
      <div className="columns">
        <div className="column-main">
          <ViewBoundary view={view} noun="list of projects">
            {(projects) =>
              projects.length === 0 ? (
                <Empty title="No project yet">
                  <p className="muted">Register the first one below; it becomes the active project.</p>
                </Empty>
              ) : (
                <ul className="settings-list panel">
                  {projects.map((project) => (
                    <ProjectSettings
                      key={project.slug}
                      project={project}
                      isOpen={project.slug === openSlug}
                      toggle={(isOpen) => open(isOpen ? project.slug : null)}
                    />
                  ))}
                </ul>
              )
            }
          </ViewBoundary>
          <RegisterForm />
        </div>
        <div className="column-side">
          <ServerPanel />
        </div>
      </div>
    </>
  );
}
