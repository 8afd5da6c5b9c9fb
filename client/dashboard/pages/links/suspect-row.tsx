/** One suspect link: between what it stands, why it looks wrong, and what to say about it. */
import { Link } from 'react-router';
import type { LinkReview, SuspectLink } from '../../../../shared/views/link-audit.ts';
import { writeLinkFilters } from '../../address/link-filters.ts';
import type { LinkFilters } from '../../address/link-filters.ts';
import { toFeaturePath, toSessionPath } from '../../address/paths.ts';
import { toConfidence, toReasonTexts, toSignalName, verdictTexts } from '../../format/links.ts';
import { toPlural } from '../../format/numbers.ts';
import { ReviewButtons } from './review-buttons.tsx';
import { SeverityOfSuspect } from './severity-of-suspect.tsx';
import type { Reviewing } from './use-reviewing.ts';
import { Restricted } from '../../entrance/restricted.tsx';

interface SuspectRowProps {
  readonly slug: string;
  readonly suspect: SuspectLink;
  readonly filters: LinkFilters;
  readonly reviewing: Reviewing;
}

export function SuspectRow({ slug, suspect, filters, reviewing }: SuspectRowProps) {
  const { feature_id: featureId, session_id: sessionId, link_id: linkId, severity, review } = suspect;
  const isExplained = filters.link === linkId;
  const why = writeLinkFilters({ ...filters, link: isExplained ? '' : linkId });
  return (
    <li className={isExplained ? 'suspect suspect-open' : 'suspect'} data-testid={`suspect-${linkId}`}>
      <div className="suspect-head">
        <SeverityOfSuspect severity={severity} />
        <span className="suspect-pair">
          <Link to={toFeaturePath(slug, featureId)} className="strong wrap">
            {featureId}
          </Link>
          <span className="muted" aria-label="linked to">
            {' ↔ '}
          </span>
          <Link to={toSessionPath(slug, sessionId)} className="wrap" title={sessionId}>
            {suspect.title ?? sessionId}
          </Link>
        </span>
        <span className="small muted figure suspect-figures">
          confidence {toConfidence(suspect.confidence)} · share {toConfidence(suspect.ambiguity_share)} ·{' '}
          {toPlural(suspect.signal_count, 'signal')}
        </span>
      </div>
      <ul className="reasons">
        {toReasonTexts(suspect.reason, filters).map(({ code, title, text }) => (
          <li key={code}>
            <span className="strong">{title}.</span> <span className="muted">{text}</span>
          </li>
        ))}
      </ul>
      <Evidence suspect={suspect} />
      {review !== null && <Reviewed review={review} />}
      <div className="row suspect-actions">
        <Link
          to={`?${why.toString()}`}
          preventScrollReset
          className="button button-small"
          aria-expanded={isExplained}
          data-row
        >
          {isExplained ? 'Close' : 'Explain'}
        </Link>
        <ReviewButtons pair={{ featureId, sessionId }} reviewing={reviewing} />
        {review !== null && (
          <Restricted to="removeLinkReview">
            <button type="button" className="button button-small" onClick={() => reviewing.undo(review)}>
              Take back
            </button>
          </Restricted>
        )}
      </div>
    </li>
  );
}

/** AU12: the one signal the reasons are judged by, and the commands of the session. */
function Evidence({ suspect: { signal_type: type, signal_path: path, commands } }: { suspect: SuspectLink }) {
  if (type === null && commands.length === 0) return null;
  return (
    <p className="small wrap">
      {type !== null && (
        <>
          <span className="muted">{toSignalName(type)}</span>{' '}
        </>
      )}
      {path !== null && <code>{path}</code>}
      {commands.length > 0 && (
        <>
          <span className="muted">{type === null ? 'Commands ' : ' · commands '}</span>
          <code>{commands.join(' ')}</code>
        </>
      )}
    </p>
  );
}

function Reviewed({ review: { verdict, note, actor, reasonsChanged } }: { review: LinkReview }) {
  return (
    <p className="small">
      <span className="tag">{verdictTexts[verdict].done.toLowerCase()}</span> by {actor.name}
      {note !== null && <>: {note}</>}
      {reasonsChanged && <span className="tag tag-warn reasons-changed">for other reasons now</span>}
    </p>
  );
}
