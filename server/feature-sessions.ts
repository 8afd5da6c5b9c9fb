/** Which sessions belong to which feature, as the links between them say. */
import { sql } from 'drizzle-orm';
import type { FeatureSession } from '../shared/views/plan.ts';
import type { Queryable } from './db/open.ts';
import { isPrimarySession } from './features/links/evidence/primary-session.ts';

interface LinkedSession extends Record<string, unknown> {
  readonly id: string;
  readonly title: string | null;
  readonly confidence: number;
  readonly strategy: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly isPinned: boolean;
}

/** The surest first. Sessions that hardly have to do with the feature are left out unless asked for (LK11). */
export async function listFeatureSessions(
  queryable: Queryable,
  projectId: string,
  featureId: string,
  { withWeak }: { withWeak: boolean },
): Promise<FeatureSession[]> {
  const rows = await queryable.execute<LinkedSession>(sql`
    select l.target_id as id, s.title, l.confidence, l.strategy,
      case when jsonb_typeof(l.metadata) = 'object' then l.metadata else '{}' end as metadata,
      coalesce(r.verdict = 'pinned', false) as "isPinned"
    from links l
      left join sessions s on s.project_id = l.project_id and s.id = l.target_id
      left join link_reviews r
        on r.project_id = l.project_id and r.feature_id = l.source_id and r.session_id = l.target_id
    where l.project_id = ${projectId} and l.source_type = 'feature' and l.source_id = ${featureId}
      and l.target_type = 'session' and l.link_type = 'related'
    order by l.confidence desc, l.target_id`);
  return rows.flatMap(({ id, title, confidence, strategy, metadata, isPinned }) => {
    const weak = metadata['weak'] === true;
    if (weak && !withWeak) return [];
    const primary = isPrimarySession({ strategy, confidence, metadata, isPinned });
    return [{ id, title, confidence, strategy, primary, weak }];
  });
}

export async function findSessionsOfFeature(
  queryable: Queryable,
  projectId: string,
  featureId: string,
): Promise<string[]> {
  const rows = await queryable.execute<{ id: string }>(sql`
    select distinct target_id as id from links
    where project_id = ${projectId} and source_type = 'feature' and source_id = ${featureId}
      and target_type = 'session' and link_type = 'related'`);
  return rows.map(({ id }) => id);
}
