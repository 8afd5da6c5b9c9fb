/** The sessions that worked on a feature, and how sure that is. */
import { Link } from 'react-router';
import type { FeatureSession } from '../../../../shared/views/plan.ts';
import { toLinksPath, toSessionPath } from '../../address/paths.ts';
import { toWords } from '../../format/labels.ts';
import { toConfidence } from '../../format/links.ts';
import { Panel } from '../../parts/panel.tsx';

interface FeatureSessionsProps {
  readonly slug: string;
  readonly sessions: readonly FeatureSession[];
  readonly hasWeak: boolean;
  readonly showWeak: (isOn: boolean) => void;
}

export function FeatureSessions({ slug, sessions, hasWeak, showWeak }: FeatureSessionsProps) {
  return (
    <Panel
      title="Sessions"
      aside={
        <Link to={toLinksPath(slug)} className="small">
          Audit
        </Link>
      }
    >
      {sessions.length === 0 ? (
        <p className="muted">No session is linked to it.</p>
      ) : (
        <ul className="plan-sessions">
          {sessions.map((session) => (
            <SessionLine key={session.id} slug={slug} session={session} />
          ))}
        </ul>
      )}
      <label className="check small weak-switch">
        <input type="checkbox" checked={hasWeak} onChange={(event) => showWeak(event.target.checked)} />
        Also those that hardly have to do with it
      </label>
    </Panel>
  );
}

function SessionLine({ slug, session }: { slug: string; session: FeatureSession }) {
  const { id, title, confidence, strategy, primary, weak } = session;
  return (
    <li>
      <span className="row-between">
        <Link to={toSessionPath(slug, id)} className="wrap">
          {title ?? id}
        </Link>
        <span className="figure small" title="Confidence">
          {toConfidence(confidence)}
        </span>
      </span>
      <span className="row row-tight muted small">
        {toWords(strategy)}
        {primary && <span className="tag">primary</span>}
        {weak && <span className="tag">weak</span>}
      </span>
    </li>
  );
}
