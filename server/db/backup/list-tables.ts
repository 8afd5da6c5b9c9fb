/** The tables of the program as the database describes them, in the order in which they can be filled. */
import { namesMade, readMigrations, type Migration, type Statements } from '../migrations.ts';

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** Tables that its rows refer to. */
  readonly refersTo: readonly string[];
}

/** Tables of others in the same schema are none of ours. */
export async function listTables(
  sql: Statements,
  migrations: readonly Migration[] = readMigrations(),
): Promise<readonly TableShape[]> {
  const ours = new Set(namesMade(migrations, 'table'));
  return (await listAllTables(sql)).filter(({ name }) => ours.has(name));
}

export async function listAllTables(sql: Statements): Promise<readonly TableShape[]> {
  const rows = await sql.unsafe(`
    select c.relname as name,
      (select json_agg(a.attname order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
      (select coalesce(json_agg(distinct f.relname), '[]') from pg_constraint k join pg_class f on f.oid = k.confrelid
        where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as refers_to
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
    order by c.relname`);
  return orderByReference(
    rows.map((row) => ({
      name: String(row.name),
      columns: row.columns as string[],
      refersTo: row.refers_to as string[],
    })),
  );
}

/** Throws where tables refer to one another in a circle, which could be filled in no order. */
export function orderByReference(tables: readonly TableShape[]): readonly TableShape[] {
  const placed = new Set<string>();
  const ordered: TableShape[] = [];
  let waiting = tables;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ refersTo }) => refersTo.every((name) => placed.has(name)));
    if (ready.length === 0) {
      throw new Error(`Tables in a circle of references: ${waiting.map(({ name }) => name).join(', ')}`);
    }
    for (const table of ready) placed.add(table.name);
    ordered.push(...ready);
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `copy "projects" ("id", …) …` */
export const toCopy = ({ name, columns }: Pick<TableShape, 'name' | 'columns'>, direction: string): string =>
  `copy public.${quote(name)} (${columns.map(quote).join(', ')}) ${direction}`;
