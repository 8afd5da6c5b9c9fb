/** A fresh database of the run's cluster for one test file. */
import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  /** Cuts whoever is still connected. */
  drop(): Promise<void>;
}

/** Every test database is a copy of this one: to begin them with tables, migrate one database and name it here. */
const template = 'template1';

export async function createTestDatabase(): Promise<TestDatabase> {
  const maintenance = inject('databaseUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await run(maintenance, `CREATE DATABASE ${name} TEMPLATE ${template}`);

  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function run(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
