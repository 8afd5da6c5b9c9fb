/** The floor of a first sync: read, hash, parse the front matter, and put it into a bare table, in one thread. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type postgres from 'postgres';
import { parse } from 'yaml';

interface Row {
  readonly path: string;
  readonly hash: string;
  readonly front: string | null;
  readonly body: string;
}

export async function readAndStore(folder: string, sql: postgres.Sql): Promise<number> {
  await sql`drop table if exists floor_documents`;
  await sql`create table floor_documents (path text primary key, hash text, front jsonb, body text)`;
  const rows = listFiles(folder).map(read);
  for (let from = 0; from < rows.length; from += 200) {
    const batch = rows.slice(from, from + 200);
    await sql`insert into floor_documents select * from unnest(
      ${batch.map((row) => row.path)}::text[], ${batch.map((row) => row.hash)}::text[],
      ${batch.map((row) => row.front)}::jsonb[], ${batch.map((row) => row.body)}::text[])`;
  }
  return rows.length;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((child) => {
    const path = `${folder}/${child.name}`;
    if (child.isDirectory()) return child.name === '.git' ? [] : listFiles(path);
    return child.name.endsWith('.md') && child.name !== '_index.md' ? [path] : [];
  });
}

function read(path: string): Row {
  const bytes = readFileSync(path);
  const body = bytes.toString('utf8').replaceAll('\0', '');
  const front = /^---\n([\s\S]*?)\n---\n/.exec(body)?.[1];
  return { path, body, hash: createHash('sha256').update(bytes).digest('hex'), front: toJson(front) };
}

function toJson(front: string | undefined): string | null {
  if (front === undefined) return null;
  try {
    return JSON.stringify(parse(front));
  } catch {
    return null;
  }
}
