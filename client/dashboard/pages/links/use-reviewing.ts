/** What a person says about a link: sent to the server, and taken back while it is still on screen. */
import { useState } from 'react';
import type { LinkReview, Verdict } from '../../../../shared/views/link-audit.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { verdictTexts } from '../../format/links.ts';
import { useAction } from '../../use-action.ts';
import type { ActionState } from '../../use-action.ts';

export interface Pair {
  readonly featureId: string;
  readonly sessionId: string;
}

export interface Reviewing {
  readonly action: ActionState;
  /** What was said last, until it is taken back. */
  readonly last: LinkReview | null;
  readonly review: (pair: Pair, verdict: Verdict, note?: string) => void;
  readonly undo: (review: { readonly id: string }) => void;
}

/** `onUnlinked`: the link that was on screen is no more. */
export function useReviewing(slug: string, onUnlinked: () => void): Reviewing {
  const { caller } = useDashboard();
  const { action, run } = useAction();
  const [last, setLast] = useState<LinkReview | null>(null);

  const review = ({ featureId, sessionId }: Pair, verdict: Verdict, note = '') =>
    run(async () => {
      const said = { project: slug, feature_id: featureId, session_id: sessionId, verdict };
      const body = { ...said, ...(note.trim() !== '' && { note: note.trim() }) };
      const { value } = await caller('reviewLink', { query: {}, body });
      setLast(value.review);
      if (verdict === 'unlinked') onUnlinked();
      return `${verdictTexts[verdict].done}: ${featureId} and ${sessionId}.`;
    });
  const undo = ({ id }: { readonly id: string }) =>
    run(async () => {
      await caller('removeLinkReview', { params: { reviewId: id }, query: { project: slug } });
      setLast(null);
      return 'Taken back: the link is judged by its evidence again.';
    });
  // A refusal is shown by the note; nothing waits for either.
  return {
    action,
    last,
    review: (...said) => void review(...said),
    undo: (taken) => void undo(taken),
  };
}
