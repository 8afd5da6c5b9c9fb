/** How the server is: version, storage, uptime, and what does not work as it could. */
import type { Health } from '../../../../shared/views/status.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toWords } from '../../format/labels.ts';
import { Facts } from '../../parts/facts.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Status } from '../../parts/status.tsx';
import { Elapsed } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { healthView } from '../../views/projects.ts';

export function ServerPanel() {
  const { caller } = useDashboard();
  const view = useView(healthView(caller));
  return (
    <ViewBoundary view={view} noun="health of the server">
      {(health) => (
        <Panel title="Server" aside={<Overall status={health.status} />}>
          <Facts
            facts={[
              { name: 'Version', value: health.version },
              { name: 'Up for', value: <Elapsed since={health.startedAt} /> },
              { name: 'Profile', value: toWords(health.profile) },
              { name: 'Storage', value: `${toWords(health.storageMode)} Postgres` },
              { name: 'Database', value: toWords(health.db) },
              { name: 'First sync', value: toWords(health.startupSync) },
              { name: 'Journal', value: <code>{health.journal.epoch}</code> },
            ]}
          />
          {health.degraded.map(({ code, message, remedy }) => (
            <p key={`${code} ${message}`} className="degradation small">
              <Icon name="warning" />
              <span>
                {message}
                {remedy !== null && <code className="remedy">{remedy}</code>}
              </span>
            </p>
          ))}
        </Panel>
      )}
    </ViewBoundary>
  );
}

function Overall({ status }: { status: Health['status'] }) {
  if (status === 'ok') return <Status icon="completed" tone="good" label="Well" />;
  if (status === 'degraded') return <Status icon="warning" tone="warn" label="Degraded" />;
  return <Status icon="failed" tone="bad" label="Unavailable" />;
}
