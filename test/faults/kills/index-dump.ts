/** All that is known of one project, without what differs between two databases: ids, times of writing, versions. */
import type postgres from 'postgres';

const tables = [
  'documents',
  'features',
  'feature_phases',
  'tasks',
  'links',
  'unresolved_references',
  'feature_evidence',
  'search_entries',
  'sessions',
  'session_usage',
  'session_usage_totals',
  'session_facts',
  'session_commits',
] as const;

/** When a row was written, by which run, and where the agents' home lies. */
const volatile =
  /^(log_path|created_at|updated_at|synced_at|indexed_at|checked_at|seen_at|first_seen_at|last_seen_at|version|digest)$/;

/** One line a row, sorted: two dumps of the same tree are equal. */
export async function dumpIndex(sql: postgres.Sql, slug: string): Promise<string[]> {
  const [project] = await sql<{ id: string }[]>`select id from projects where slug = ${slug}`;
  if (project === undefined) throw new Error(`There is no project ${slug}`);
  const documents = await sql<{ id: string; path: string }[]>`
    select id, file_path as path from documents where project_id = ${project.id}`;
  const tasks = await sql<{ id: string; path: string }[]>`
    select id, source_path || '#' || raw_id as path from tasks where project_id = ${project.id}`;
  const named = [...documents, ...tasks].map(({ id, path }) => [id, path] as const);
  const names = new Map([[project.id, 'the project'], ...named]);
  const lines: string[] = [];
  for (const table of tables) {
    const rows = await sql.unsafe<{ row: object }[]>(
      `select to_jsonb(t) as row from ${table} t where project_id = $1`,
      [project.id],
    );
    for (const { row } of rows) lines.push(`${table} ${toLine(row, names)}`);
  }
  const parts = await sql<{ row: object }[]>`
    select jsonb_build_object('kind', e.kind, 'of', e.entity_id, 'part', p.part, 'words', p.words::text) as row
    from search_parts p join search_entries e on e.id = p.entry_id where e.project_id = ${project.id}`;
  for (const { row } of parts) lines.push(`search_parts ${toLine(row, names)}`);
  return lines.toSorted();
}

function toLine(row: object, names: ReadonlyMap<string, string>): string {
  // A number is the key of a row, handed out in the order of writing; a text names something.
  const kept = Object.entries(row).filter(
    ([name, value]) => !volatile.test(name) && !(name === 'id' && typeof value === 'number'),
  );
  const json = JSON.stringify(Object.fromEntries(kept.toSorted(([a], [b]) => (a < b ? -1 : 1))));
  return json.replaceAll(/"((?:[^"\\]|\\.)*)"/g, (whole, text: string) => {
    if (names.has(text)) return `"${names.get(text)}"`;
    return /^LK-[0-9a-f]{32}$/.test(text) ? '"a link"' : whole;
  });
}

/** The first few lines that only one of the two has. */
export function compareDumps(actual: readonly string[], expected: readonly string[]): string[] {
  const [inActual, inExpected] = [new Set(actual), new Set(expected)];
  return [
    ...actual
      .filter((line) => !inExpected.has(line))
      .map((line) => `only after kills: ${line.slice(0, 300)}`),
    ...expected
      .filter((line) => !inActual.has(line))
      .map((line) => `only in a fresh index: ${line.slice(0, 300)}`),
  ].slice(0, 2);
}
