/** Counts and sorts what an audit finds, link by link, so that whoever feeds it may rest in between. Pure. */
import { createHash } from 'node:crypto';
import type { AuditQuery } from '../../../../shared/api/link-audit.ts';
import type { Pacer } from '../../../platform/pacer.ts';
import type { LinkReview, Severity, SuspectLink } from '../../../../shared/views/link-audit.ts';
import { listDefaultReasons, toLinkReview, toPairKey, type ReviewRow } from '../reviews.ts';
import { compareFindings, judgeLink, toSuspect, type Finding } from './analyse.ts';
import type { StoredLink } from './stored-link.ts';

export type AuditChoices = Pick<
  AuditQuery,
  'primary_floor' | 'fanout_floor' | 'severity' | 'include_reviewed' | 'limit' | 'offset'
>;

export interface AuditResult {
  readonly row_count: number;
  readonly total_suspects: number;
  readonly suspect_count: number;
  readonly reviewed_count: number;
  readonly next_offset: number | null;
  readonly by_severity: Readonly<Record<Severity, number>>;
  readonly suspects: SuspectLink[];
}

interface ReviewedFinding extends Finding {
  readonly review: LinkReview | null;
}

export class AuditTally {
  readonly #choices: AuditChoices;
  readonly #reviews: ReadonlyMap<string, ReviewRow>;
  readonly #listed: ReviewedFinding[] = [];
  readonly #bySeverity: Record<Severity, number> = { high: 0, medium: 0, low: 0 };
  #rowCount = 0;
  #reviewedCount = 0;

  constructor(choices: AuditChoices, reviews: readonly ReviewRow[]) {
    this.#choices = choices;
    this.#reviews = new Map(reviews.map((review) => [toPairKey(review), review]));
  }

  add(stored: StoredLink): void {
    this.#rowCount += 1;
    const {
      primary_floor: primary,
      fanout_floor: fanout,
      severity,
      include_reviewed: isComplete,
    } = this.#choices;
    const row = this.#reviews.get(toPairKey(stored));
    if (row !== undefined) this.#reviewedCount += 1;
    const finding = judgeLink(stored, { primary, fanout });
    if (finding === undefined) return;
    const review = row === undefined ? null : toLinkReview(row, listDefaultReasons(stored));
    // AU15: whatever was said of the pair, it is no suspect; an unlinked pair is on its way out.
    if (review === null) this.#bySeverity[finding.severity] += 1;
    const isAskedFor = severity === undefined || severity === finding.severity;
    if (isAskedFor && (review === null || isComplete)) this.#listed.push({ ...finding, review });
  }

  /** One page; `tag` is the same for all pages of one set of links. */
  async finish(pacer: Pacer): Promise<{ readonly result: AuditResult; readonly tag: string }> {
    const { limit, offset } = this.#choices;
    const listed = this.#listed.sort(compareFindings);
    const suspects = listed
      .slice(offset, offset + limit)
      .map((finding) => toSuspect(finding, finding.review));
    const next = offset + suspects.length;
    const counted = {
      row_count: this.#rowCount,
      total_suspects: listed.filter(({ review }) => review === null).length,
      reviewed_count: this.#reviewedCount,
      by_severity: { ...this.#bySeverity },
    };
    return {
      result: {
        ...counted,
        suspect_count: suspects.length,
        next_offset: suspects.length > 0 && next < listed.length ? next : null,
        suspects,
      },
      tag: await toTag(listed, [counted, { ...this.#choices, limit: 0, offset: 0 }], pacer),
    };
  }
}

/** Over everything that any page could show. */
async function toTag(listed: readonly ReviewedFinding[], frame: unknown, pacer: Pacer): Promise<string> {
  const hash = createHash('sha1').update(JSON.stringify(frame));
  for (const { link, reasons, review } of listed) {
    hash.update(JSON.stringify([link, reasons, review]));
    if (pacer.isDue()) await pacer.rest();
  }
  return hash.digest('base64url');
}
