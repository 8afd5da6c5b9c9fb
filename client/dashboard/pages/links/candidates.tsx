/** The features a session could be about, and how much of it speaks for each. */
import { Link } from 'react-router';
import { toFeaturePath } from '../../address/paths.ts';
import type { ExplainedCandidate } from '../../format/explanation.ts';
import { toConfidence } from '../../format/links.ts';
import { toRatePercent } from '../../format/health.ts';

interface CandidatesProps {
  readonly slug: string;
  readonly candidates: readonly ExplainedCandidate[];
  readonly share: number | null;
  /** The one the link is about. */
  readonly featureId: string;
}

export function Candidates({ slug, candidates, share, featureId }: CandidatesProps) {
  if (candidates.length === 0 && share === null) return null;
  const most = Math.max(...candidates.map(({ weightSum }) => weightSum), Number.EPSILON);
  return (
    <section>
      <h3>What the session is about</h3>
      {share !== null && (
        <p className="small">{toRatePercent(share)} of what it did speaks for this feature.</p>
      )}
      <ul className="bars">
        {candidates.map(({ featureId: id, weightSum }) => (
          <li key={id}>
            <Link to={toFeaturePath(slug, id)} className={id === featureId ? 'bar strong' : 'bar'}>
              <span className="bar-name">{id}</span>
              <span className="figure small muted" title="Sum of weights">
                {toConfidence(weightSum)}
              </span>
              <span className="bar-track" aria-hidden="true">
                <span className="bar-fill" style={{ width: `${(weightSum / most) * 100}%` }} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
