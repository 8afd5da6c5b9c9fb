/** Finds, counts and ranks in one statement, so that pages, totals and facets agree (SR2, SR6, SR7). */
import { sql, type SQL } from 'drizzle-orm';
import type { SearchFacets, SearchKind } from '../../../shared/views/search.ts';
import type { Transaction } from '../../db/open.ts';
import type { Phrase, SearchQuery } from './query.ts';
import { toRankQuery, toTsQuery } from './tsquery.ts';

export interface SearchFilters {
  readonly project?: string | undefined;
  readonly type?: string | undefined;
  readonly status?: string | undefined;
  readonly owner?: string | undefined;
  readonly epic?: string | undefined;
  readonly kinds: readonly SearchKind[];
}

export interface FoundEntry {
  readonly kind: SearchKind;
  readonly entityId: string;
  readonly projectSlug: string;
  readonly projectName: string;
  readonly docId: string;
  readonly type: string;
  readonly title: string;
  readonly status: string | null;
  readonly filePath: string | null;
  readonly refId: string | null;
  readonly facts: string;
  /** Null for documents. */
  readonly text: string | null;
  readonly score: number;
}

export interface FindOptions {
  readonly limit: number;
  readonly offset: number;
  readonly hasFacets: boolean;
}

export const noFacets: SearchFacets = { project: {}, type: {}, status: {} };

export interface Found {
  readonly total: number;
  readonly facets: SearchFacets;
  readonly items: readonly FoundEntry[];
}

/** So many of the best by name, heading and fact are ranked by their text as well; the rest follow as they are. */
const rankedByText = 2_000;
/** Of names, headings, facts and text. What text adds stays below its weight, however often a word is in it. */
const weights = { names: 1, headings: 0.4, facts: 0.2, text: 0.1 };
/** Steps between ranks become visible in the four decimals of a score. */
const scale = 1000;
const least = 0.0001;

/** Hits in order: those of the same score as SR6 says. */
const order = sql`slug collate "C", type, doc_id, file_path nulls first, entity_id`;

export async function find(
  tx: Transaction,
  query: SearchQuery,
  filters: SearchFilters,
  { limit, offset, hasFacets }: FindOptions,
): Promise<Found> {
  const rank = sql`${toRankQuery(query.wanted)}::tsquery`;
  const headWeights = `{0, ${weights.facts}, ${weights.headings}, ${weights.names}}`;
  // The planner takes a table for small whose vectors are stored aside, and would fetch each of them.
  await tx.execute(
    sql`select set_config('enable_seqscan', 'off', true), set_config('work_mem', '32MB', true)`,
  );
  const [row] = await tx.execute<{
    total: number;
    facets: SearchFacets | null;
    items: FoundEntry[] | null;
  }>(sql`
    with matched as (${matches(query)}),
    hits as materialized (
      select e.id, p.slug, e.type, e.status, e.doc_id, e.file_path, e.entity_id,
        ts_rank(${headWeights}, e.head, ${rank}) + case
          when ${query.id}::text = any(e.owned) then 4 when ${query.id}::text = any(e.about) then 2 else 0
        end as head_rank
      from matched m join search_entries e on e.id = m.entry_id join projects p on p.id = e.project_id
      where ${conditions(filters)}
    ),
    counted as materialized (select slug, type, status, count(*) as hits from hits group by slug, type, status),
    best as (
      select * from hits order by head_rank desc, ${order} limit ${Math.max(rankedByText, offset + limit)}
    ),
    placed as (select *, row_number() over (order by head_rank desc, ${order}) as place from best),
    scored as (
      select *, greatest(${least}, round((${scale}::float * (head_rank + case when place > ${rankedByText} then 0 else
        ${weights.text}::float * (1 - 1 / (1 + (
          select sum(ts_rank('{1, 0, 0, 0}', words, ${rank})) from search_parts where entry_id = o.id
        )))
      end))::numeric, 4)) as score from placed o
    ),
    page as (select * from scored order by score desc, ${order} limit ${limit} offset ${offset})
    select (select coalesce(sum(hits), 0)::int from counted) as total,
      ${hasFacets ? facets : sql`null`} as facets,
      (
        select jsonb_agg(jsonb_build_object(
          'kind', e.kind, 'entityId', e.entity_id, 'projectSlug', p.slug, 'projectName', p.name,
          'docId', e.doc_id, 'type', e.type, 'title', e.title, 'status', e.status, 'filePath', e.file_path,
          'refId', e.ref_id, 'facts', e.facts, 'text', e.text, 'score', g.score
        ) order by g.score desc, g.slug collate "C", g.type, g.doc_id, g.file_path nulls first, g.entity_id)
        from page g join search_entries e on e.id = g.id join projects p on p.id = e.project_id
      ) as items`);
  return { total: row?.total ?? 0, facets: row?.facets ?? noFacets, items: row?.items ?? [] };
}

/** Every phrase may stand in another part of the text; what is not wanted may stand in none (SR5). */
function matches({ wanted, unwanted }: SearchQuery): SQL {
  const having = (phrase: Phrase) =>
    sql`(select distinct entry_id from search_parts where words @@ ${toTsQuery(phrase)}::tsquery)`;
  const all = sql.join(wanted.map(having), sql` intersect `);
  return sql.join([all, ...unwanted.map(having)], sql` except `);
}

function conditions({ project, type, status, owner, epic, kinds }: SearchFilters): SQL {
  const equals = (column: SQL, value: string | undefined) =>
    value === undefined ? [] : [sql`${column} = ${value}`];
  return sql.join(
    [
      sql`e.kind = any(${`{${kinds.join(',')}}`}::text[])`,
      ...equals(sql`p.slug`, project),
      ...equals(sql`e.type`, type),
      ...(status === 'none' ? [sql`e.status is null`] : equals(sql`e.status`, status)),
      ...equals(sql`e.owner`, owner),
      ...equals(sql`e.epic`, epic),
    ],
    sql` and `,
  );
}

const facet = (column: 'slug' | 'type' | 'status'): SQL => sql`(
  select coalesce(jsonb_object_agg(name, hits), '{}') from (
    select coalesce(${sql.raw(column)}, 'none') as name, sum(hits)::int as hits from counted group by 1
  ) summed)`;

const facets = sql`jsonb_build_object('project', ${facet('slug')}, 'type', ${facet('type')}, 'status', ${facet('status')})`;
