/** Are the folders being watched: the worst state of all projects, details one click away, always visible. */
import { Link } from 'react-router';
import type { Health } from '../../../shared/views/status.ts';
import { toProjectPath } from '../address/paths.ts';
import { toWatchSummary } from '../format/watching.ts';
import { Icon } from '../parts/icon.tsx';
import { Status, WatcherState } from '../parts/status.tsx';
import { useDashboard } from '../dashboard-context.tsx';
import { shownValue, useView } from '../use-view.ts';
import { healthView } from '../views/projects.ts';
import { Menu } from './menu.tsx';

export function WatcherBadge() {
  const { caller } = useDashboard();
  const { state } = useView(healthView(caller));
  const health = shownValue(state);
  if (health === undefined) {
    const isFailed = state.state === 'failed';
    return (
      <Menu
        testId="watcher"
        badge={
          <Status
            icon={isFailed ? 'warning' : 'eye'}
            tone={isFailed ? 'warn' : 'idle'}
            label="Watcher unknown"
          />
        }
      >
        <p className="muted">{isFailed ? state.error.message : 'Asking the server.'}</p>
      </Menu>
    );
  }
  const { state: watchState, count, watching, total } = toWatchSummary(health.projects);
  const hasTrouble = watchState !== 'watching' && watchState !== 'off';
  const badge = (
    <>
      <span className="badge-more muted">Watcher</span>
      <WatcherState status={watchState} />
      <span className="badge-more muted figure" data-state={watchState}>
        {total > 0 && (hasTrouble && total > 1 ? `${count} of ${total}` : `${watching}/${total}`)}
      </span>
    </>
  );
  return (
    <Menu testId="watcher" badge={badge}>
      <Watchers health={health} />
    </Menu>
  );
}

function Watchers({ health: { projects, degraded } }: { health: Health }) {
  return (
    <>
      {projects.length === 0 && <p className="muted">No project is registered.</p>}
      <ul className="watchers">
        {projects.map(({ slug, watchState, reason }) => (
          <li key={slug}>
            <Link to={toProjectPath(slug)}>{slug}</Link>
            <WatcherState status={watchState} />
            {reason !== null && <p className="muted small">{reason}</p>}
          </li>
        ))}
      </ul>
      {degraded.map(({ code, message, remedy }) => (
        <p key={`${code} ${message}`} className="degradation small">
          <Icon name="warning" />
          <span>
            {message}
            {remedy !== null && <code className="remedy">{remedy}</code>}
          </span>
        </p>
      ))}
    </>
  );
}
