/** Rows agree with the rows they count or belong to, where no foreign key sees to it. */
import { sql } from 'drizzle-orm';
import type { Check } from './check.ts';

/** While an operation writes, a counter may be ahead of what its last commit will make true. */
const isAtRest = sql`not exists (
  select from operations o where o.project_id = p.id and o.status in ('queued', 'running'))`;

export const rowChecks: readonly Check[] = [
  {
    name: 'documents of a project',
    wrong: sql`
      select p.slug, 'counts ' || p.document_count || ' documents and has ' || d.count
      from projects p cross join lateral (select count(*) from documents where project_id = p.id) d
      where p.document_count <> d.count and ${isAtRest}`,
  },
  {
    name: 'issues of a project',
    wrong: sql`
      select p.slug, 'counts ' || p.issue_count || ' issues and has ' || i.count
      from projects p cross join lateral (
        select count(*) from issues where project_id = p.id and resolved_at is null and severity <> 'notice') i
      where p.issue_count <> i.count and ${isAtRest}`,
  },
  {
    name: 'search knows every document',
    wrong: sql`
      select p.slug, 'has ' || count(*) || ' documents that search does not know, like ' || min(d.file_path)
      from projects p join search_state s on s.project_id = p.id join documents d on d.project_id = p.id
      where ${isAtRest} and p.sync_status = 'synced'
        and not exists (select from search_entries e where e.document_id = d.id)
      group by p.slug`,
  },
  {
    name: 'lanes of running operations',
    wrong: sql`
      select lane, count(*) || ' operations run at the same time: ' || string_agg(id, ', ')
      from operations where status = 'running' group by lane having count(*) > 1`,
  },
  ...(
    [
      'session_facts',
      'session_commits',
      'session_records',
      'session_usage',
      'session_commit_windows',
    ] as const
  ).map((table): Check => ({
    name: `${table.replaceAll('_', ' ')} of a session`,
    wrong: sql`
        select r.session_id, count(*) || ' rows belong to a session that is not there'
        from ${sql.identifier(table)} r
        where not exists (select from sessions s where s.project_id = r.project_id and s.id = r.session_id)
        group by r.session_id`,
  })),
  {
    name: 'items of a push',
    wrong: sql`
      select h.id::text, 'is completed with ' || h.total_items || ' items, of which '
        || (h.items_created + h.items_updated + h.items_unchanged + h.items_failed + h.items_skipped) || ' have an outcome'
      from sync_history h
      where h.status = 'completed' and h.outcome = 'succeeded'
        and h.items_created + h.items_updated + h.items_unchanged + h.items_failed + h.items_skipped > h.total_items`,
  },
];
