/** One link explained beside the list: its confidence added up, the signals, the other candidates, and what to say about it. */
import { useEffect, useId, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { ExplainedLink } from '../../../../shared/views/link.ts';
import { toFeaturePath, toSessionPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { readExplanation } from '../../format/explanation.ts';
import type { ExplainedReview } from '../../format/explanation.ts';
import { toWords } from '../../format/labels.ts';
import { verdictTexts } from '../../format/links.ts';
import { Icon } from '../../parts/icon.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { linkView } from '../../views/links.ts';
import { Candidates } from './candidates.tsx';
import { ConfidenceSum } from './confidence-sum.tsx';
import { ReviewButtons } from './review-buttons.tsx';
import { Signals } from './signals.tsx';
import type { Reviewing } from './use-reviewing.ts';
import { Restricted } from '../../entrance/restricted.tsx';

interface ExplanationPanelProps {
  readonly slug: string;
  readonly linkId: string;
  readonly reviewing: Reviewing;
  readonly close: () => void;
}

export function ExplanationPanel({ slug, linkId, reviewing, close }: ExplanationPanelProps) {
  const { caller } = useDashboard();
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const view = useView(linkView(caller, slug, linkId));
  useEffect(() => {
    const opener = document.activeElement;
    title.current?.focus({ preventScroll: true });
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus({ preventScroll: true });
    };
  }, []);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from wherever one is in it
    <aside
      className="panel explanation"
      aria-labelledby={titleId}
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <header className="panel-header">
        <h2 id={titleId} ref={title} tabIndex={-1}>
          Why this link stands
        </h2>
        <button type="button" className="icon-button" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div className="panel-body explanation-body">
        <ViewBoundary view={view} noun="link">
          {(link) => <Explained slug={slug} link={link} reviewing={reviewing} />}
        </ViewBoundary>
      </div>
    </aside>
  );
}

interface ExplainedProps {
  readonly slug: string;
  readonly link: ExplainedLink;
  readonly reviewing: Reviewing;
}

function Explained({ slug, link, reviewing }: ExplainedProps) {
  const { explanation, broken } = link;
  const { signals, candidates, declaredBy, review } = readExplanation(explanation);
  const isReviewable = link.sourceType === 'feature' && link.targetType === 'session';
  return (
    <>
      <p>
        <End slug={slug} type={link.sourceType} id={link.sourceId} />{' '}
        <span className="muted">{toWords(link.linkType).toLowerCase()} to</span>{' '}
        <End slug={slug} type={link.targetType} id={link.targetId} />
      </p>
      <p className="muted small">
        {toWords(explanation.strategy)} · {explanation.rule}
        {broken && ' · one of its ends is gone'}
      </p>
      <ConfidenceSum explanation={explanation} />
      {declaredBy.length > 0 && (
        <section>
          <h3>Declared in</h3>
          <ul className="path-list mono small">
            {declaredBy.map(({ file, key, line }) => (
              <li key={`${file} ${key} ${line}`}>
                {file}
                {line !== null && `:${line}`} ({key})
              </li>
            ))}
          </ul>
        </section>
      )}
      <Signals signals={signals} />
      <Candidates slug={slug} candidates={candidates} share={explanation.share} featureId={link.sourceId} />
      {isReviewable && (
        <Saying
          pair={{ featureId: link.sourceId, sessionId: link.targetId }}
          review={review}
          reviewing={reviewing}
        />
      )}
    </>
  );
}

function End({ slug, type, id }: { slug: string; type: string; id: string }) {
  if (type === 'feature') {
    return (
      <Link to={toFeaturePath(slug, id)} className="wrap">
        {id}
      </Link>
    );
  }
  if (type === 'session') {
    return (
      <Link to={toSessionPath(slug, id)} className="mono small wrap">
        {id}
      </Link>
    );
  }
  return (
    <span className="wrap">
      {type} <span className="mono small">{id}</span>
    </span>
  );
}

interface SayingProps {
  readonly pair: { readonly featureId: string; readonly sessionId: string };
  readonly review: ExplainedReview | null;
  readonly reviewing: Reviewing;
}

function Saying({ pair, review, reviewing }: SayingProps) {
  const id = useId();
  const [note, setNote] = useState('');
  return (
    <section>
      <h3>{review === null ? 'Is it right?' : verdictTexts[review.verdict].done}</h3>
      {review !== null && (
        <p className="small">
          {verdictTexts[review.verdict].meaning}
          {review.note !== null && <span className="block muted">{review.note}</span>}
        </p>
      )}
      <label htmlFor={id} className="small muted">
        Note
      </label>
      <textarea
        id={id}
        rows={2}
        maxLength={2000}
        value={note}
        placeholder="Why, for those who come after you"
        onChange={(event) => setNote(event.target.value)}
      />
      <p className="row saying-buttons">
        <ReviewButtons pair={pair} reviewing={reviewing} note={note} />
        {review !== null && (
          <Restricted to="removeLinkReview">
            <button type="button" className="button button-small" onClick={() => reviewing.undo(review)}>
              Take back
            </button>
          </Restricted>
        )}
      </p>
    </section>
  );
}
