/** The links that an audit looks at, each with the fan-out of its session, in one query (AU10). */
import { sql, type SQL } from 'drizzle-orm';
import type { Queryable } from '../../../db/open.ts';
import type { StoredLink } from './stored-link.ts';

export interface Pair {
  readonly featureId: string;
  readonly sessionId: string;
}

type Narrowed = { readonly featureId: string | null } | { readonly pairs: readonly Pair[] };

/** Below both of these a link has nothing to answer for, and what it says of itself is not read. */
export interface AnswerableFrom {
  readonly primary: number;
  readonly fanout: number;
}

/** In the order of an audit, as far as the rows are sound: so that sorting them has little left to do. */
export async function loadAuditedLinks(
  queryable: Queryable,
  projectId: string,
  narrowed: Narrowed,
  from: AnswerableFrom,
): Promise<readonly StoredLink[]> {
  const ofProject = toSessions(projectId);
  return await queryable.execute<StoredLink & Record<string, unknown>>(sql`
    select link.id as "linkId", link.source_id as "featureId", link.target_id as "sessionId", link.confidence,
      link.fanout, ${judgedMetadata} as metadata
    from (
      select links.*, fanout.count as fanout,
        fanout.count >= ${from.fanout} or confidence >= ${from.primary}::double precision as is_answerable
      from links join (
        select target_id, count(*)::int as count from links where ${ofProject} group by target_id
      ) fanout using (target_id)
      where ${ofProject} and strategy = 'session_evidence' and ${toCondition(narrowed)}
    ) link cross join lateral jsonb_to_record(
      case when is_answerable and jsonb_typeof(link.metadata) = 'object' then link.metadata else '{}' end
    ) as said (title jsonb, commands jsonb, "ambiguityShare" jsonb, "signalCount" jsonb, signals jsonb)
    order by link.fanout desc, link.confidence desc, link.source_id, link.target_id`);
}

const toSessions = (projectId: string): SQL => sql`project_id = ${projectId}
  and source_type = 'feature' and target_type = 'session' and link_type = 'related' and not broken`;

/**
 * Of all signals only those that may be the one (AU12): a session's whole evidence is many times as long. As a record,
 * because each further look into a long value would unpack all of it again.
 */
const judgedMetadata = sql`case when is_answerable then jsonb_build_object(
  'title', said.title, 'commands', said.commands, 'ambiguityShare', said."ambiguityShare",
  'signalCount', case when jsonb_typeof(said."signalCount") = 'number' then said."signalCount"
    when jsonb_typeof(said.signals) = 'array' then to_jsonb(jsonb_array_length(said.signals)) end,
  'signals', case when jsonb_typeof(said.signals) = 'array' then
    jsonb_path_query_array(said.signals, '$[*] ? (@.type == "command_args_path")')
      || jsonb_build_array(said.signals->0) end) end`;

function toCondition(narrowed: Narrowed): SQL {
  if ('pairs' in narrowed) {
    const features = JSON.stringify(narrowed.pairs.map(({ featureId }) => featureId));
    const sessions = JSON.stringify(narrowed.pairs.map(({ sessionId }) => sessionId));
    return sql`(source_id, target_id) in (
      select feature, session from rows from (
        jsonb_array_elements_text(${features}::jsonb), jsonb_array_elements_text(${sessions}::jsonb)
      ) as pair (feature, session))`;
  }
  return narrowed.featureId === null ? sql`true` : sql`source_id = ${narrowed.featureId}`;
}

/** By whatever strategy. */
export async function hasLink(
  queryable: Queryable,
  projectId: string,
  { featureId, sessionId }: Pair,
): Promise<boolean> {
  const rows = await queryable.execute(sql`
    select 1 from links where ${toSessions(projectId)} and source_id = ${featureId} and target_id = ${sessionId}`);
  return rows.length > 0;
}
