/** The documents of one project or of all, counted by type and status in one query (SA3). */
import { sql } from 'drizzle-orm';
import { toTimestamp, type Slug } from '../../../shared/ids.ts';
import type { Queryable } from '../../db/open.ts';
import type { TreeSettings } from '../../db/tables/projects.ts';
import type { DocumentGroup } from './completion.ts';

/** Answers for one project whether a status ends a document of a type (DC10). */
export type CreateTerminalTest = (
  settings: TreeSettings | null,
) => (status: string | null, type: string) => boolean;

export interface CountedProject {
  readonly slug: Slug;
  readonly name: string;
  readonly last_synced_at: string | null;
  readonly groups: readonly DocumentGroup[];
}

interface Row extends Record<string, unknown> {
  readonly slug: Slug;
  readonly name: string;
  readonly synced_ms: number | null;
  readonly tree_settings: TreeSettings | null;
  readonly groups: readonly (readonly [
    type: string,
    status: string | null,
    documents: number,
    storyPoints: number,
  ])[];
}

/** In the order of the list of projects; of one project when a slug is named. */
export async function loadGroups(
  queryable: Queryable,
  slug: string | null,
  createTerminalTest: CreateTerminalTest,
): Promise<CountedProject[]> {
  const named = slug === null ? sql`true` : sql`p.slug = ${slug}`;
  const rows = await queryable.execute<Row>(sql`
    select p.slug, p.name, p.tree_settings, extract(epoch from p.last_synced_at)::double precision * 1000 as synced_ms,
      coalesce(json_agg(json_build_array(g.type, g.status, g.documents, g.points)) filter (where g.type is not null), '[]')
        as groups
    from projects p left join lateral (
      select type, status, count(*) as documents, coalesce(sum(story_points), 0) as points
      from documents where project_id = p.id group by type, status
    ) g on true
    where ${named}
    group by p.id order by p.created_at, p.id`);
  return rows.map((row) => toCounted(row, createTerminalTest(row.tree_settings)));
}

function toCounted(
  { slug, name, synced_ms: syncedMs, groups }: Row,
  isTerminal: ReturnType<CreateTerminalTest>,
): CountedProject {
  return {
    slug,
    name,
    last_synced_at: syncedMs === null ? null : toTimestamp(Math.round(syncedMs)),
    groups: groups.map(([type, status, documents, storyPoints]) => ({
      type,
      status,
      documents,
      storyPoints,
      isTerminal: isTerminal(status, type),
    })),
  };
}
