/** One project: facts, the last operation live, issues by file, recent operations. */
import { Link, useParams } from 'react-router';
import type { Project } from '../../../../shared/views/project.ts';
import { toHealthPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { Icon } from '../../parts/icon.tsx';
import { NotFound } from '../../parts/not-found.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ProjectNav } from '../../parts/project-nav.tsx';
import { SyncState } from '../../parts/status.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { projectView } from '../../views/projects.ts';
import { IndexPanel } from './index-panel.tsx';
import { LastOperation } from './last-operation.tsx';
import { ProjectFacts } from './project-facts.tsx';
import { ProjectFigures } from './project-figures.tsx';
import { ProjectIssues } from './project-issues.tsx';
import { SyncButton } from './sync-button.tsx';

export function ProjectPage() {
  const { slug = '' } = useParams();
  return <ProjectOf key={slug} slug={slug} />;
}

function ProjectOf({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const view = useView(projectView(caller, slug));
  return (
    <ViewBoundary view={view} noun="project">
      {(project) =>
        project === null ? (
          <NotFound noun="project" message={`${slug} has just been removed.`} />
        ) : (
          <Content project={project} />
        )
      }
    </ViewBoundary>
  );
}

function Content({ project }: { project: Project }) {
  const { slug, name, sync_status: status, sync_counts: counts } = project;
  return (
    <>
      <PageHeader
        title={name}
        crumbs={[{ label: 'Projects', to: '/' }]}
        aside={<SyncState status={status} hasFailures={(counts?.failed ?? 0) > 0} />}
        actions={
          <>
            <Link className="button" to={toHealthPath(slug)}>
              <Icon name="health" />
              Health check
            </Link>
            <Link className="button" to={`/settings?project=${slug}`}>
              <Icon name="settings" />
              Settings
            </Link>
            <SyncButton project={project} />
          </>
        }
      />
      <ProjectNav slug={slug} />
      {project.sync_error !== null && (
        <div className={status === 'error' ? 'message message-bad' : 'message message-warn'}>
          <Icon name={status === 'error' ? 'failed' : 'warning'} />
          <p className="message-text">{project.sync_error}</p>
        </div>
      )}
      <ProjectFigures slug={slug} />
      <div className="columns">
        <div className="column-main">
          <LastOperation slug={slug} />
          <ProjectIssues slug={slug} />
        </div>
        <div className="column-side">
          <ProjectFacts project={project} />
          <IndexPanel slug={slug} />
        </div>
      </div>
    </>
  );
}
