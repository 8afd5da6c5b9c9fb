/** What people said about links, the newest first, each with its way back. */
import { Link } from 'react-router';
import type { LinkReview } from '../../../../shared/views/link-audit.ts';
import { defaultFloors } from '../../../../shared/api/link-audit.ts';
import { toFeaturePath, toSessionPath } from '../../address/paths.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toReasonTexts, verdictTexts } from '../../format/links.ts';
import { CursorPager } from '../../parts/cursor-pager.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Age } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useSettled } from '../../use-settled.ts';
import { useView } from '../../use-view.ts';
import { reviewsView } from '../../views/links.ts';
import type { Reviewing } from './use-reviewing.ts';
import { Restricted } from '../../entrance/restricted.tsx';

interface ReviewsProps {
  readonly slug: string;
  readonly cursor: string;
  readonly reviewing: Reviewing;
}

export function Reviews({ slug, cursor, reviewing }: ReviewsProps) {
  const { caller } = useDashboard();
  const view = useSettled(useView(reviewsView(caller, slug, cursor)));
  return (
    <ViewBoundary view={view} noun="project">
      {({ items, nextCursor }) => (
        <div className={view.isTurning ? 'turning' : ''} aria-busy={view.isTurning}>
          {items.length === 0 ? (
            <Empty title="Nothing was said about links yet">
              <p className="muted">Dismiss, pin or unlink a suspect; it stays across every rebuild.</p>
            </Empty>
          ) : (
            <ul className="suspects panel">
              {items.map((review) => (
                <ReviewRow key={review.id} slug={slug} review={review} reviewing={reviewing} />
              ))}
            </ul>
          )}
          <CursorPager name="cursor" cursor={cursor} nextCursor={nextCursor} />
        </div>
      )}
    </ViewBoundary>
  );
}

interface ReviewRowProps extends Pick<ReviewsProps, 'slug' | 'reviewing'> {
  readonly review: LinkReview;
}

function ReviewRow({ slug, review, reviewing }: ReviewRowProps) {
  const { feature_id: featureId, session_id: sessionId, verdict, note, actor, createdAt } = review;
  const floors = { primaryFloor: defaultFloors.primary, fanoutFloor: defaultFloors.fanout };
  const reasons = toReasonTexts(review.reasonsAtReview.join(';'), floors);
  return (
    <li className="suspect">
      <div className="suspect-head">
        <span className="tag" title={verdictTexts[verdict].meaning}>
          {verdictTexts[verdict].done.toLowerCase()}
        </span>
        <span className="suspect-pair">
          <Link to={toFeaturePath(slug, featureId)} className="strong wrap">
            {featureId}
          </Link>
          <span className="muted" aria-label="and">
            {' ↔ '}
          </span>
          <Link to={toSessionPath(slug, sessionId)} className="mono small wrap">
            {sessionId}
          </Link>
        </span>
        <span className="small muted suspect-figures">
          {actor.name}, <Age at={createdAt} />
        </span>
      </div>
      {note !== null && <p className="wrap">{note}</p>}
      {reasons.length > 0 && (
        <p className="small muted">Suspected then: {reasons.map(({ title }) => title).join('; ')}.</p>
      )}
      {review.reasonsChanged && (
        <p className="small">
          <span className="tag tag-warn">look again</span> It would be suspected for other reasons now.
        </p>
      )}
      <p className="row">
        <Restricted to="removeLinkReview">
          <button
            type="button"
            className="button button-small"
            disabled={reviewing.action.state === 'pending'}
            onClick={() => reviewing.undo(review)}
          >
            Take back
            <span className="visually-hidden">
              {' '}
              {featureId} and {sessionId}
            </span>
          </button>
        </Restricted>
      </p>
    </li>
  );
}
