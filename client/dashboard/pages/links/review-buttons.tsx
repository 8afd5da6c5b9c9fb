/** Dismiss, pin and unlink, and what came of it with the way back. */
import { Verdict } from '../../../../shared/views/link-audit.ts';
import { verdictTexts } from '../../format/links.ts';
import { ActionNote } from '../../parts/action-note.tsx';
import type { Pair, Reviewing } from './use-reviewing.ts';
import { Restricted } from '../../entrance/restricted.tsx';

interface ReviewButtonsProps {
  readonly pair: Pair;
  readonly reviewing: Reviewing;
  readonly note?: string;
}

export function ReviewButtons({ pair, reviewing, note }: ReviewButtonsProps) {
  return (
    <Restricted to="reviewLink">
      {Verdict.options.map((verdict) => (
        <button
          key={verdict}
          type="button"
          className={verdict === 'unlinked' ? 'button button-small button-danger' : 'button button-small'}
          disabled={reviewing.action.state === 'pending'}
          title={verdictTexts[verdict].meaning}
          onClick={() => reviewing.review(pair, verdict, note)}
        >
          {verdictTexts[verdict].verb}
          <span className="visually-hidden">
            {' '}
            {pair.featureId} and {pair.sessionId}
          </span>
        </button>
      ))}
    </Restricted>
  );
}

/** Stays when the row it speaks of has gone. */
export function ReviewNote({ reviewing: { action, last, undo } }: { reviewing: Reviewing }) {
  if (action.state === 'idle' || action.state === 'pending') return null;
  return (
    <div className="review-note">
      <ActionNote action={action} />
      {action.state === 'done' && last !== null && (
        <button type="button" className="button button-small" onClick={() => undo(last)}>
          Undo
        </button>
      )}
    </div>
  );
}
