/** Nothing grows without bound (EV5, OP11): docs/operating.md names what bounds each table, and this that none is left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateDatabase } from '../../../server/db/migrate.ts';
import { namesMade, readMigrations } from '../../../server/db/migrations.ts';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import { pruneIssues } from '../../../server/features/indexing/issue-store.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  database = openDatabase(testDatabase.url);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

test('the manual says of each table what bounds it', () => {
  const manual = readFileSync(join(import.meta.dirname, '../../../docs/operating.md'), 'utf8');
  const told = new Set([...manual.matchAll(/`([a-z_]+)`/g)].map((found) => found[1]));

  expect(namesMade(readMigrations(), 'table').filter((name) => !told.has(name))).toEqual([]);
});

test('[OP11, OP33] issues resolved long ago go, with what forgotten operations had recorded; open ones stay', async () => {
  const { db } = database;
  await db.execute(sql`
    insert into projects (id, slug, name, source_type, repo_branch, repo_path, auto_sync, watch, active, explicit_paths,
      paths, health, sync_status, created_at, updated_at)
    values ('p', 'p', 'P', 'local', '', '', false, false, false, '{}', '{}', '{}', 'synced', now(), now())`);
  await db.execute(sql`
    insert into issues (id, project_id, file_path, code, severity, message, first_seen_at, last_seen_at, resolved_at)
    values ('old', 'p', 'a', 'X', 'error', '', now(), now(), now() - interval '91 days'),
      ('recent', 'p', 'a', 'X', 'error', '', now(), now(), now() - interval '89 days'),
      ('open', 'p', 'a', 'X', 'error', '', now() - interval '200 days', now(), null)`);
  await db.execute(sql`
    insert into operation_issues (operation_id, issue_id) values ('gone', 'old'), ('gone', 'recent'), ('gone', 'open')`);
  await db.execute(sql`
    insert into operations (id, kind, lane, trigger, actor, status, phase, message, progress, counters, stats, metadata,
      options, queued_at, updated_at, finished_at)
    values ('kept', 'full_sync', 'l', 'api', '{}', 'completed', '', '', '{}', '{}', '{}', '{}', '{}', now(), now(), now())`);
  await db.execute(sql`insert into operation_issues (operation_id, issue_id) values ('kept', 'open')`);

  const steps = [];
  for (let left = 1; left > 0;) steps.push((left = await pruneIssues(db, { days: 90, batch: 1 })));

  const issues = await db.execute<{ id: string }>(sql`select id from issues order by id`);
  const recorded = await db.execute<{ operation_id: string; issue_id: string }>(
    sql`select * from operation_issues`,
  );
  expect(issues.map(({ id }) => id)).toEqual(['open', 'recent']);
  expect(recorded.map((row) => [row.operation_id, row.issue_id])).toEqual([['kept', 'open']]);
  // Small steps: one issue and one record at a time.
  expect(Math.max(...steps)).toBeLessThanOrEqual(2);
});
