/** A review as it is shown, beside what the audit says of the pair today (AU5, AU6). */
import { defaultFloors } from '../../../shared/api/link-audit.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { Actor } from '../../../shared/operations.ts';
import type { LinkReview, Verdict } from '../../../shared/views/link-audit.ts';
import { judgeLink } from './audit/analyse.ts';
import type { StoredLink } from './audit/stored-link.ts';

export interface ReviewRow {
  readonly id: string;
  readonly featureId: string;
  readonly sessionId: string;
  readonly verdict: Verdict;
  readonly note: string | null;
  readonly actor: Actor;
  readonly createdAt: Date;
  readonly reasonsAtReview: readonly string[];
}

/** What is kept with a review, and compared with: at the default floors, whatever floors somebody looks with. */
export function listDefaultReasons(link: StoredLink | undefined): readonly string[] {
  return (link && judgeLink(link, defaultFloors)?.reasons) ?? [];
}

export function toLinkReview(row: ReviewRow, reasonsNow: readonly string[]): LinkReview {
  const { id, verdict, note, actor, reasonsAtReview } = row;
  return {
    id,
    feature_id: row.featureId,
    session_id: row.sessionId,
    verdict,
    note,
    actor,
    createdAt: toTimestamp(row.createdAt),
    reasonsAtReview: [...reasonsAtReview],
    reasonsChanged: verdict === 'dismissed' && hasOtherReasons(reasonsAtReview, reasonsNow),
  };
}

/** A fan-out that grew is the same reason still. */
function hasOtherReasons(then: readonly string[], now: readonly string[]): boolean {
  const known = new Set(then.map(toKind));
  return now.some((reason) => !known.has(toKind(reason)));
}

const toKind = (reason: string): string => reason.replace(/\(.*$/, '');

/** Pairs by one text; ids may hold anything but NUL. */
export const toPairKey = ({ featureId, sessionId }: { featureId: string; sessionId: string }): string =>
  `${featureId}\0${sessionId}`;
