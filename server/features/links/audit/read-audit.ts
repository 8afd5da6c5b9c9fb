/** One audit of a project's links: read, judged in slices, and cut to a page (AU2 to AU4). */
import { createHash } from 'node:crypto';
import { defaultFloors } from '../../../../shared/api/link-audit.ts';
import { toTimestamp } from '../../../../shared/ids.ts';
import type { LinkAudit } from '../../../../shared/views/link-audit.ts';
import type { Queryable } from '../../../db/open.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { Pacer } from '../../../platform/pacer.ts';
import { loadReviews } from '../reviews-store.ts';
import { loadAuditedLinks, type AnswerableFrom } from './load-links.ts';
import { AuditTally, type AuditChoices } from './tally.ts';

export interface AuditScope {
  readonly projectId: string;
  /** Exactly this feature, or all. */
  readonly featureId: string | null;
}

export interface TaggedAudit {
  readonly audit: LinkAudit;
  /** The same for all pages of one set of links, and for the same set whenever it is asked for. */
  readonly tag: string;
}

export type AuditTimes = (tag: string) => Date;

export async function readAudit(
  queryable: Queryable,
  scope: AuditScope,
  choices: AuditChoices,
  { pacer, times }: { readonly pacer: Pacer; readonly times: AuditTimes },
): Promise<TaggedAudit> {
  const { projectId, featureId } = scope;
  const tally = new AuditTally(choices, await loadReviews(queryable, projectId));
  for (const link of await loadAuditedLinks(queryable, projectId, { featureId }, toAnswerable(choices))) {
    tally.add(link);
    if (pacer.isDue()) await pacer.rest();
  }
  const { result, tag: ofLinks } = await tally.finish(pacer);
  const tag = createHash('sha1')
    .update(JSON.stringify([scope, ofLinks]))
    .digest('base64url');
  const { primary_floor, fanout_floor, limit, offset } = choices;
  const { row_count, total_suspects, suspect_count, reviewed_count, next_offset, by_severity, suspects } =
    result;
  const audit: LinkAudit = {
    status: 'ok',
    project_id: projectId,
    feature_filter: featureId,
    row_count,
    total_suspects,
    suspect_count,
    reviewed_count,
    primary_floor,
    fanout_floor,
    limit,
    offset,
    next_offset,
    generated_at: toTimestamp(times(`${tag} ${limit} ${offset}`)),
    by_severity,
    suspects,
  };
  return { audit, tag };
}

/** Of a reviewed link the audit also tells what is wrong at the default floors. */
const toAnswerable = ({ primary_floor: primary, fanout_floor: fanout }: AuditChoices): AnswerableFrom => ({
  primary: Math.min(primary, defaultFloors.primary),
  fanout: Math.min(fanout, defaultFloors.fanout),
});

const timesKept = 500;

/** An answer that is equal but for its time is the same answer, and keeps its time: both addresses give equal bytes. */
export function createAuditTimes(clock: Clock): AuditTimes {
  const known = new Map<string, Date>();
  return (tag) => {
    const at = known.get(tag) ?? clock.now();
    known.delete(tag);
    known.set(tag, at);
    for (const oldest of known.keys()) {
      if (known.size <= timesKept) break;
      known.delete(oldest);
    }
    return at;
  };
}
