/** One feature: how far it is and why, its phases and tasks, and everything that belongs to it. */
import { useParams, useSearchParams } from 'react-router';
import type { FeatureDetail } from '../../../../shared/views/plan.ts';
import { toFeaturesPath, toProjectPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toConflictText } from '../../format/plans.ts';
import { Icon } from '../../parts/icon.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { ConflictMark, PlanState, ReadinessMark } from '../../parts/plan-status.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { shownValue, useView } from '../../use-view.ts';
import { featureView } from '../../views/plans.ts';
import { projectView } from '../../views/projects.ts';
import { BatchesPanel } from './batches-panel.tsx';
import { FeatureAside } from './feature-aside.tsx';
import { FeatureDocuments } from './feature-documents.tsx';
import { FeatureSessions } from './feature-sessions.tsx';
import { FeatureTimeline } from './feature-timeline.tsx';
import { PhasesPanel } from './phases-panel.tsx';
import { TasksPanel } from './tasks-panel.tsx';

export function FeaturePage() {
  const { slug = '', id = '' } = useParams();
  return <FeatureOf key={`${slug}/${id}`} slug={slug} id={id} />;
}

function FeatureOf({ slug, id }: { slug: string; id: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const hasWeak = query.get('weak') === 'true';
  const view = useSettled(useView(featureView(caller, slug, id, hasWeak)));
  const showWeak = (isOn: boolean) => setQuery(isOn ? { weak: 'true' } : {}, { replace: true });
  return (
    <ViewBoundary view={view} noun="feature">
      {(feature) => <Content slug={slug} feature={feature} hasWeak={hasWeak} showWeak={showWeak} />}
    </ViewBoundary>
  );
}

interface ContentProps {
  readonly slug: string;
  readonly feature: FeatureDetail;
  readonly hasWeak: boolean;
  readonly showWeak: (isOn: boolean) => void;
}

function Content({ slug, feature, hasWeak, showWeak }: ContentProps) {
  const { caller } = useDashboard();
  const project = shownValue(useView(projectView(caller, slug)).state)?.name ?? slug;
  return (
    <>
      <PageHeader
        title={feature.name}
        crumbs={[
          { label: 'Projects', to: '/' },
          { label: project, to: toProjectPath(slug) },
          { label: 'Features', to: toFeaturesPath(slug) },
        ]}
        aside={
          <span className="row">
            <PlanState status={feature.status} />
            <ReadinessMark readiness={feature.readiness} />
            {feature.conflict && <ConflictMark phases={feature.conflictPhases} />}
          </span>
        }
      />
      {feature.conflict && (
        <div className="message message-warn">
          <Icon name="warning" />
          <p className="message-text">
            {toConflictText(feature.conflictPhases)}. What each source says stands under “Why this status”.
          </p>
        </div>
      )}
      <div className="columns">
        <div className="column-main">
          <PhasesPanel slug={slug} feature={feature} />
          <TasksPanel slug={slug} feature={feature} />
          <BatchesPanel feature={feature} />
          <FeatureDocuments slug={slug} documents={feature.documents} />
          <FeatureTimeline slug={slug} feature={feature} />
        </div>
        <div className="column-side">
          <FeatureAside slug={slug} feature={feature} />
          <FeatureSessions slug={slug} sessions={feature.sessions} hasWeak={hasWeak} showWeak={showWeak} />
        </div>
      </div>
    </>
  );
}
