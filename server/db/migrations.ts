/** The migrations that this program knows, and how far a database has come with them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';
import { z } from 'zod';
import { findPackageRoot } from '../platform/package-root.ts';

export interface Migration {
  readonly tag: string;
  /** Orders migrations, and names the schema that a database has after it. */
  readonly when: number;
  readonly hash: string;
  readonly statements: readonly string[];
}

const Index = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

export const migrationsFolder = (): string => join(findPackageRoot(), 'server/db/migrations');

/** Oldest first. */
export function readMigrations(): readonly Migration[] {
  const folder = migrationsFolder();
  const { entries } = Index.parse(JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')));
  return readMigrationFiles({ migrationsFolder: folder }).map(({ folderMillis, hash, sql }) => {
    const tag = entries.find(({ when }) => when === folderMillis)?.tag ?? String(folderMillis);
    return { tag, when: folderMillis, hash, statements: sql };
  });
}

/** Names of what statements of the migrations create: `table`, `type`, `function`. */
export function namesMade(
  migrations: readonly Migration[],
  what: 'table' | 'type' | 'function',
): readonly string[] {
  const creation = new RegExp(
    `create (?:or replace )?${what} (?:if not exists )?(?:"?public"?\\.)?"?(\\w+)"?`,
    'gi',
  );
  const statements = migrations.flatMap((migration) => migration.statements);
  return [...new Set(statements.flatMap((text) => [...text.matchAll(creation)].map((found) => found[1]!)))];
}

export type Statements = Pick<postgres.Sql, 'unsafe'>;

/** `when` of the newest that was applied; null where none was. */
export async function readSchemaVersion(sql: Statements): Promise<number | null> {
  const [table] = await sql.unsafe(`select to_regclass('drizzle.__drizzle_migrations') is not null as found`);
  if (table?.found !== true) return null;
  const [row] = await sql.unsafe(`select max(created_at)::text as newest from drizzle.__drizzle_migrations`);
  return row?.newest == null ? null : Number(row.newest);
}

/** As the start of a server does it, inside a transaction of the caller's, on a database that has none of them. */
export async function applyFirstMigrations(sql: Statements, migrations: readonly Migration[]): Promise<void> {
  await sql.unsafe('create schema if not exists drizzle');
  await sql.unsafe(
    'create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  for (const { statements, hash, when } of migrations) {
    for (const statement of statements) await sql.unsafe(statement);
    await sql.unsafe('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      when,
    ]);
  }
}
