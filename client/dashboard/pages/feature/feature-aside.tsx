/** What a feature says about itself, its dates, what it hangs together with, and why its status is what it is. */
import { Link } from 'react-router';
import type { FeatureDetail } from '../../../../shared/views/plan.ts';
import { toFeaturePath } from '../../address/paths.ts';
import { toWords } from '../../format/labels.ts';
import { toConfidence } from '../../format/links.ts';
import { toRatePercent } from '../../format/health.ts';
import { readinessTexts } from '../../format/plans.ts';
import { DerivedDateText } from '../../parts/derived-date.tsx';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Facts } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SourceLink } from './source-link.tsx';

interface FeatureAsideProps {
  readonly slug: string;
  readonly feature: FeatureDetail;
}

export function FeatureAside({ slug, feature }: FeatureAsideProps) {
  return (
    <>
      <Panel title="Feature">
        <Facts
          facts={[
            { name: 'Id', value: <code>{feature.id}</code> },
            { name: 'Readiness', value: readinessTexts[feature.readiness] },
            { name: 'Category', value: feature.category },
            { name: 'Priority', value: feature.priority },
            { name: 'Owners', value: feature.owners.join(', ') },
            { name: 'Tags', value: feature.tags.join(', ') },
            { name: 'Coverage', value: `${toRatePercent(feature.coverage)} of the kinds of documents` },
          ]}
        />
      </Panel>
      <Panel title="Dates">
        <Dates feature={feature} />
      </Panel>
      <StatusEvidence slug={slug} feature={feature} />
      <Relations slug={slug} feature={feature} />
    </>
  );
}

function Dates({ feature }: { feature: FeatureDetail }) {
  const named = [
    { name: 'Planned', date: feature.plannedAt },
    { name: 'Started', date: feature.startedAt },
    { name: 'Completed', date: feature.completedAt },
    { name: 'Updated', date: feature.updatedAt },
    { name: 'Last activity', date: feature.lastActivityAt },
  ].filter(({ date }) => date !== null);
  if (named.length === 0) return <p className="muted">None is known.</p>;
  return (
    <Facts
      facts={named.map(({ name, date }) => ({ name, value: date && <DerivedDateText date={date} /> }))}
    />
  );
}

function StatusEvidence({ slug, feature }: FeatureAsideProps) {
  if (feature.statusEvidence.length === 0) return null;
  return (
    <Panel title="Why this status">
      <ul className="evidence">
        {feature.statusEvidence.map(({ path, rawStatus, canonicalStatus }) => (
          <li key={path}>
            <SourceLink slug={slug} path={path} documents={feature.documents} isShort />
            <span className="row row-tight small">
              <DocumentStatus status={rawStatus} />
              {canonicalStatus !== null && canonicalStatus !== rawStatus && (
                <span className="muted">read as {toWords(canonicalStatus).toLowerCase()}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Relations({ slug, feature: { relations } }: FeatureAsideProps) {
  if (relations.length === 0) return null;
  return (
    <Panel title="Other features">
      <ul className="evidence">
        {relations.map(({ type, featureId, confidence }) => (
          <li key={`${type} ${featureId}`}>
            <Link to={toFeaturePath(slug, featureId)} className="wrap">
              {featureId}
            </Link>
            <span className="row row-tight muted small">
              {toWords(type)}
              <span className="figure" title="Confidence">
                {toConfidence(confidence)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
