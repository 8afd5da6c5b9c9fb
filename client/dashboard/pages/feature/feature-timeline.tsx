/** What happened to the documents of a feature, the newest first. */
import type { FeatureDetail, TimelineEvent } from '../../../../shared/views/plan.ts';
import { toCount } from '../../format/numbers.ts';
import { DerivedDateText } from '../../parts/derived-date.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SourceLink } from './source-link.tsx';

const eventsAtOnce = 20;

export function FeatureTimeline({ slug, feature }: { slug: string; feature: FeatureDetail }) {
  if (feature.timeline.length === 0) return null;
  const newest = feature.timeline.toSorted((one, other) => (one.at.value < other.at.value ? 1 : -1));
  const rest = newest.slice(eventsAtOnce);
  const toLine = (event: TimelineEvent) => (
    <TimelineLine key={`${event.kind} ${event.path}`} slug={slug} event={event} feature={feature} />
  );
  return (
    <Panel title="Timeline">
      <ol className="timeline">{newest.slice(0, eventsAtOnce).map(toLine)}</ol>
      {rest.length > 0 && (
        <details className="fold">
          <summary>{toCount(rest.length)} earlier</summary>
          <ol className="timeline">{rest.map(toLine)}</ol>
        </details>
      )}
    </Panel>
  );
}

const kinds: Readonly<Record<TimelineEvent['kind'], string>> = {
  'doc-created': 'created',
  'doc-updated': 'updated',
  'doc-completed': 'completed',
};

interface TimelineLineProps {
  readonly slug: string;
  readonly event: TimelineEvent;
  readonly feature: FeatureDetail;
}

function TimelineLine({ slug, event: { kind, path, at }, feature }: TimelineLineProps) {
  return (
    <li className={`timeline-event timeline-${kinds[kind]}`}>
      <span className="small muted no-wrap">
        <DerivedDateText date={at} isShort />
      </span>
      <span className="small">{kinds[kind]}</span>
      <SourceLink slug={slug} path={path} documents={feature.documents} />
    </li>
  );
}
