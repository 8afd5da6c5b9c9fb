/** How far a project is: its stories as a ring, its documents by type and by status, each bar a way into the list. */
import type { ProjectStatistics } from '../../../../shared/views/statistics.ts';
import { toDocumentsPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toWords } from '../../format/labels.ts';
import { toFraction, toPercentage } from '../../format/numbers.ts';
import { BarList } from '../../parts/bar-list.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Ring } from '../../parts/ring.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { projectStatisticsView } from '../../views/statistics.ts';

export function ProjectFigures({ slug }: { slug: string }) {
  const { caller } = useDashboard();
  const view = useView(projectStatisticsView(caller, slug));
  return (
    <ViewBoundary view={view} noun="statistics">
      {(statistics) => statistics.total_documents > 0 && <Figures slug={slug} statistics={statistics} />}
    </ViewBoundary>
  );
}

function Figures({ slug, statistics }: { slug: string; statistics: ProjectStatistics }) {
  const toList = (filter: Readonly<Record<string, string>>) =>
    `${toDocumentsPath(slug)}?${new URLSearchParams(filter).toString()}`;
  return (
    <div className="figures">
      <Panel title="Completion">
        <Completion statistics={statistics} />
      </Panel>
      <Panel title="By type">
        <BarList
          label="Documents by type"
          bars={Object.entries(statistics.by_type).map(([type, count]) => ({
            key: type,
            label: toWords(type),
            count,
            to: toList({ type }),
          }))}
        />
      </Panel>
      <Panel title="By status">
        <BarList
          label="Documents by status"
          bars={Object.entries(statistics.by_status).map(([status, count]) => ({
            key: status,
            label: status === 'null' ? 'No status' : status,
            count,
            to: toList({ status: status === 'null' ? 'none' : status }),
          }))}
        />
      </Panel>
    </div>
  );
}

function Completion({ statistics }: { statistics: ProjectStatistics }) {
  const { stories, story_points: points, completion_percentage: percentage } = statistics;
  if (stories.total === 0) return <p className="muted">This project has no stories to complete.</p>;
  return (
    <div className="completion">
      <Ring
        share={stories.done / stories.total}
        figure={toPercentage(percentage)}
        label="stories done"
        tone="good"
      />
      <dl className="totals completion-totals">
        <div>
          <dd className="figure">{toFraction(stories.done, stories.total)}</dd>
          <dt>stories</dt>
        </div>
        {points.total > 0 && (
          <div>
            <dd className="figure">{toFraction(points.done, points.total)}</dd>
            <dt>points</dt>
          </div>
        )}
      </dl>
    </div>
  );
}
