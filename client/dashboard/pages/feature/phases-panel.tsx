/** The phases of a feature and how far each is. */
import type { FeatureDetail, PlanPhase } from '../../../../shared/views/plan.ts';
import { toPhaseName, toPhaseTitle, toTaskShare, toTaskText } from '../../format/plans.ts';
import { Panel } from '../../parts/panel.tsx';
import { PlanState } from '../../parts/plan-status.tsx';
import { ProgressBar } from '../../parts/progress-bar.tsx';
import { SourceLink } from './source-link.tsx';

export function PhasesPanel({ slug, feature }: { slug: string; feature: FeatureDetail }) {
  const share = toTaskShare(feature);
  return (
    <Panel title="Phases" aside={<span className="muted small figure">{toTaskText(feature)}</span>}>
      {share !== undefined && (
        <ProgressBar label="All tasks" share={share} tone={share === 1 ? 'good' : 'busy'} />
      )}
      {feature.phases.length === 0 ? (
        <p className="muted">No progress file or phase plan belongs to this feature yet.</p>
      ) : (
        <ol className="plan-phases">
          {feature.phases.map((phase) => (
            <Phase key={`${phase.phase} ${phase.sourcePath}`} slug={slug} phase={phase} feature={feature} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Phase({ slug, phase, feature }: { slug: string; phase: PlanPhase; feature: FeatureDetail }) {
  const name = toPhaseName(phase.phase);
  const text = toTaskText(phase);
  return (
    <li className="plan-phase">
      <span className="plan-phase-name">
        <span className="strong">{name}</span> {toPhaseTitle(phase)}
        <span className="block">
          <SourceLink slug={slug} path={phase.sourcePath} documents={feature.documents} />
        </span>
      </span>
      <PlanState status={phase.status} />
      <span className="plan-phase-amount small">
        <span className="figure">{phase.progress === null ? 'no figure' : `${phase.progress} %`}</span>
        <span className="muted figure">{text}</span>
      </span>
      {phase.progress !== null && (
        <ProgressBar
          label={`${name}: ${text}`}
          share={Math.min(1, phase.progress / 100)}
          tone={phase.progress >= 100 ? 'good' : 'busy'}
          isSlim
        />
      )}
    </li>
  );
}
