/** What must be true after a kill, looked at in the tables: each check answers what is wrong, in words. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type postgres from 'postgres';
import type { Heard } from './journal-follower.ts';

type Sql = postgres.Sql;

/** F1, F23: whoever runs is run by somebody who is alive, and `syncing` is only said of what is under way. */
export async function findStuck(sql: Sql, alive: readonly number[]): Promise<string[]> {
  const running = await sql<{ id: string; owner: string | null }[]>`
    select o.id, l.owner from operations o left join leases l on l.name = o.lane where o.status = 'running'`;
  const syncing = await sql<{ slug: string; id: string | null; status: string | null }[]>`
    select p.slug, p.last_operation_id as id, o.status from projects p
    left join operations o on o.id = p.last_operation_id
    where p.sync_status = 'syncing' and coalesce(o.status, '') not in ('queued', 'running')`;
  return [
    ...running
      .filter(({ owner }) => !alive.includes(processOf(owner)))
      .map(({ id, owner }) => `${id} is running, and nobody runs it (lease of ${owner})`),
    ...syncing.map(({ slug, id, status }) => `${slug} is stuck in syncing; its operation ${id} is ${status}`),
  ];
}

/** `<host>/<process>/<start>` */
const processOf = (owner: string | null): number => Number(owner?.split('/')[1]);

/** LAW3: one terminal event for what has ended, and none for what has not. */
export async function findWrongEnds(sql: Sql, after: string): Promise<string[]> {
  const rows = await sql<{ id: string; status: string; ends: string[] }[]>`
    select o.id, o.status, coalesce(array_agg(j.type order by j.seq) filter (where j.type is not null), '{}') as ends
    from operations o left join journal j on j.operation_id = o.id
      and j.type in ('operation:completed', 'operation:failed', 'operation:cancelled')
    where o.id > ${after} group by o.id, o.status`;
  return rows.flatMap(({ id, status, ends }) => {
    const wanted = status === 'queued' || status === 'running' ? '' : `operation:${status}`;
    const told = Array.isArray(ends) ? ends.join(' ') : String(ends).replaceAll(/[{}"]/g, '');
    return told === wanted ? [] : [`${id} is ${status}, and its terminal events are [${told}]`];
  });
}

/** OP9: nobody but the killed server's own work failed, and it says why. */
export async function findWrongFailures(sql: Sql, after: string): Promise<string[]> {
  const rows = await sql<{ id: string; error: string; errorCode: string }[]>`
    select id, error, error_code as "errorCode" from operations
    where id > ${after} and status = 'failed' and error_code <> 'interrupted'`;
  return rows.map(({ id, error, errorCode }) => `${id} failed as ${errorCode}: ${error}`);
}

/** Once nothing runs, nobody holds a lane. */
export async function findLeftLeases(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string; owner: string }[]>`
    select l.name, l.owner from leases l where l.operation_id is not null
      and not exists (select from operations o where o.lane = l.name and o.status = 'running')`;
  return rows.map(({ name, owner }) => `the lease ${name} was left over by ${owner}`);
}

/** LAW1, F2: what was told is what is written, once and in order, however many servers told it. */
export async function findWrongTelling(
  sql: Sql,
  heard: readonly Heard[],
  checked: number,
): Promise<{ wrong: string[]; head: number }> {
  const rows = await sql<(Omit<Heard, 'seq'> & { seq: string })[]>`
    select seq, type, operation_id as "operationId", data from journal where seq > ${checked} order by seq`;
  const head = Number(rows.at(-1)?.seq ?? checked);
  const told = heard.slice(checked);
  const wrong: string[] = [];
  for (const [index, row] of rows.entries()) {
    const one = told[index];
    const expected = toLine({ ...row, seq: Number(row.seq) });
    const actual = one === undefined ? 'nothing' : toLine(one);
    if (expected === actual) continue;
    wrong.push(`event ${row.seq} was told otherwise: ${cutDifference(actual, expected)}`);
    break;
  }
  if (told.length > rows.length)
    wrong.push(`${told.length - rows.length} events were told that are not in the journal`);
  return { wrong, head };
}

const toLine = ({ seq, type, operationId, data }: Heard): string =>
  JSON.stringify([seq, type, operationId, sortKeys(typeof data === 'string' ? JSON.parse(data) : data)]);

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, held]) => [key, sortKeys(held)]));
}

function cutDifference(actual: string, expected: string): string {
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) at += 1;
  const cut = (text: string) => text.slice(Math.max(0, at - 80), at + 120);
  return `${cut(actual)} instead of ${cut(expected)}`;
}

/** SY10: the index is what lies on the disk, file by file. */
export async function findWrongDocuments(sql: Sql, slug: string, root: string): Promise<string[]> {
  const rows = await sql<{ path: string; hash: string }[]>`
    select d.file_path as path, d.file_hash as hash from documents d
    join projects p on p.id = d.project_id where p.slug = ${slug}`;
  const indexed = new Map(rows.map(({ path, hash }) => [path, hash]));
  const onDisk = await hashTree(root);
  return [...new Set([...indexed.keys(), ...onDisk.keys()])]
    .filter((path) => indexed.get(path) !== onDisk.get(path))
    .map((path) => `${slug}: ${path} is ${indexed.has(path) ? 'not as on disk' : 'missing in the index'}`);
}

async function hashTree(root: string): Promise<Map<string, string>> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const files = names.filter(
    (entry) => entry.isFile() && entry.name.endsWith('.md') && entry.name !== '_index.md',
  );
  const hashed = new Map<string, string>();
  for (const { parentPath, name } of files) {
    const path = join(parentPath, name);
    if (relative(root, path).startsWith('.git/')) continue;
    hashed.set(
      relative(root, path),
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return hashed;
}
