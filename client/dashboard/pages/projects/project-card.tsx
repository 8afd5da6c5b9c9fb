/** One project: how it is, what its last sync did, what runs now. */
import { Link } from 'react-router';
import type { Project } from '../../../../shared/views/project.ts';
import { toDocumentsPath, toOperationPath, toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { activeOf } from '../../folds/active-operations.ts';
import { toKindName } from '../../format/labels.ts';
import { toFraction, toPercentage, toPlural } from '../../format/numbers.ts';
import { Counts } from '../../parts/counts.tsx';
import { Icon } from '../../parts/icon.tsx';
import { OperationProgress } from '../../parts/operation-progress.tsx';
import { ProgressBar } from '../../parts/progress-bar.tsx';
import { OperationState, SyncState, WatcherState } from '../../parts/status.tsx';
import { Age, OperationDuration } from '../../parts/time.tsx';
import { shownValue, useView } from '../../use-view.ts';
import { activeOperationsView } from '../../views/operations.ts';
import { healthView } from '../../views/projects.ts';
import { statisticsView } from '../../views/statistics.ts';

export function ProjectCard({ project }: { project: Project }) {
  const { slug, name, sync_status: status, sync_counts: counts, last_synced_at: syncedAt } = project;
  return (
    <li className="card" data-testid={`project-card-${slug}`}>
      <div className="card-head">
        <h2>
          <Link to={toProjectPath(slug)} className="card-link" data-row>
            {name}
          </Link>
        </h2>
        {project.active && <span className="tag">active</span>}
        {project.source_type === 'github' && <span className="tag">GitHub</span>}
      </div>
      <p className="card-state">
        <SyncState status={status} hasFailures={(counts?.failed ?? 0) > 0} />
        {syncedAt !== null && (
          <span className="muted">
            {status !== 'synced' && 'last synced '}
            <Age at={syncedAt} />
          </span>
        )}
      </p>
      <Running slug={slug} />
      {project.sync_error !== null && <p className="card-error small">{project.sync_error}</p>}
      {counts === null ? <p className="muted small">No sync has ended yet.</p> : <Counts counts={counts} />}
      <Completion slug={slug} />
      <div className="card-foot small">
        <Link to={toDocumentsPath(slug)}>
          <Icon name="documents" />
          {toPlural(project.document_count, 'document')}
        </Link>
        {project.issue_count > 0 && (
          <Link to={`${toProjectPath(slug)}#issues`} className="issue-link">
            <Icon name="warning" />
            {toPlural(project.issue_count, 'issue')}
          </Link>
        )}
        <Watcher slug={slug} />
      </div>
    </li>
  );
}

/** Nothing where there are no stories: 0 % would read as a fault. */
function Completion({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const statistics = shownValue(useView(statisticsView(caller)).state);
  const project = statistics?.projects.find((one) => one.slug === slug);
  if (project === undefined || project.stories.total === 0) return null;
  const { total, done } = project.stories;
  return (
    <div className="card-completion">
      <p className="row-between small">
        <span className="muted">{toFraction(done, total)} stories done</span>
        <span className="figure">{toPercentage(project.completion_percentage)}</span>
      </p>
      <ProgressBar label="Stories done" share={done / total} tone="good" isSlim />
    </div>
  );
}

function Running({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const active = shownValue(useView(activeOperationsView(caller)).state);
  const operation = active && activeOf(active, slug);
  if (operation === undefined) return null;
  return (
    <div className="card-running">
      <p className="row-between small">
        <Link to={toOperationPath(operation.id)}>{toKindName(operation.kind)}</Link>
        {operation.status === 'queued' ? (
          <OperationState status="queued" />
        ) : (
          <OperationDuration operation={operation} />
        )}
      </p>
      <OperationProgress operation={operation} />
    </div>
  );
}

function Watcher({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const health = shownValue(useView(healthView(caller)).state);
  const state = health?.projects.find((project) => project.slug === slug)?.watchState;
  return state === undefined ? null : <WatcherState status={state} />;
}
