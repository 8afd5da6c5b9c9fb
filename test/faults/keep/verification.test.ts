/** `syncline verify` finds what must not be in a database, and nothing in one that is well (LAW3, EV2). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../../server/core/journal.ts';
import { verifyDatabase } from '../../../server/core/verification/verify-database.ts';
import { migrateDatabase } from '../../../server/db/migrate.ts';
import { openDatabase, type Database, type Transaction } from '../../../server/db/open.ts';
import { systemClock } from '../../../server/platform/clock.ts';
import { many } from '../../delivery/drafts.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  database = openDatabase(testDatabase.url);
  const journal = await openJournal(database.db, systemClock);
  await journal.append(many(10));
  await database.db.execute(sql`
    insert into projects (id, slug, name, source_type, repo_branch, repo_path, auto_sync, watch, active, explicit_paths,
      paths, health, sync_status, created_at, updated_at)
    values ('p', 'atlas', 'Atlas', 'local', '', '', false, false, false, '{}', '{}', '{}', 'synced', now(), now())`);
  await database.db.execute(operation('done', 'completed'));
  await database.db.execute(operation('waiting', 'queued'));
  await database.db.execute(narrate('done', 'operation:queued', 'operation:started', 'operation:completed'));
  await database.db.execute(narrate('waiting', 'operation:queued'));
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

const operation = (id: string, status: string) => sql`
  insert into operations (id, kind, lane, trigger, actor, status, phase, message, progress, counters, stats, metadata,
    options, queued_at, updated_at, finished_at)
  values (${id}, 'full_sync', ${id}, 'api', '{}', ${status}, '', '', '{}', '{}', '{}', '{}', '{}', now(), now(),
    case when ${status} in ('queued', 'running') then null else now() end)`;

const narrate = (id: string, ...types: string[]) => sql`
  with claimed as (update journal_state set head = head + ${types.length} returning head - ${types.length} as base)
  insert into journal (seq, type, at, operation_id, topic, data)
  select base + place, type, now(), ${id}, '{}', '{}'
  from claimed, json_array_elements_text(${JSON.stringify(types)}::json) with ordinality as told (type, place)`;

/** What is found when this is so, and would otherwise not be. */
async function findWith(change: (tx: Transaction) => Promise<unknown>): Promise<string[]> {
  const undo = new Error('undo');
  let found: string[] = [];
  await database.db
    .transaction(async (tx) => {
      await change(tx);
      const { findings } = await verifyDatabase(tx, [], AbortSignal.timeout(20_000));
      found = findings.map(({ check, subject, message }) => `${check} | ${subject} ${message}`);
      throw undo;
    })
    .catch((failure: unknown) => {
      if (failure !== undo) throw failure;
    });
  return found;
}

test('a database that is well has no findings', async () => {
  expect(await findWith(async () => undefined)).toEqual([]);
});

test('[EV5] events that were pruned from the beginning are none', async () => {
  expect(await findWith((tx) => tx.execute(sql`delete from journal where seq <= 11`))).toEqual([]);
});

test.each([
  [
    '[EV2] an event is missing',
    sql`delete from journal where seq = 5`,
    'journal without gaps | 4 the event after 4 is 6',
  ],
  [
    '[EV2] the newest event is missing',
    sql`delete from journal where seq = 14`,
    'head of the journal | 14 the head is 14, the newest event is 13',
  ],
  [
    '[LAW3] an operation ends twice',
    narrate('done', 'operation:completed'),
    'one end for an operation | done has 2 ends: operation:completed at 13, operation:completed at 15',
  ],
  [
    '[LAW3] an operation ends without saying so',
    sql`update operations set status = 'failed', finished_at = now() where id = 'waiting'`,
    'an end for every operation that has ended | waiting is failed, and no event says so',
  ],
  [
    '[LAW3] a record says otherwise than its end',
    sql`update operations set status = 'failed' where id = 'done'`,
    'records agree with their ends | done is failed, its end is operation:completed at 13',
  ],
  [
    'an operation has ended at no time',
    sql`update operations set finished_at = null where id = 'done'`,
    'what has ended says when | done is completed without a time',
  ],
  [
    'a counter is wrong',
    sql`update projects set document_count = 3`,
    'documents of a project | atlas counts 3 documents and has 0',
  ],
  [
    'a counter of issues is wrong',
    sql`update projects set issue_count = 1`,
    'issues of a project | atlas counts 1 issues and has 0',
  ],
  [
    'a row has lost its session',
    sql`insert into session_facts (project_id, session_id, kind, key, fact) values ('p', 's1', 'file', 'k', '{}')`,
    'session facts of a session | s1 1 rows belong to a session that is not there',
  ],
])('found: %s', async (_what, change, finding) => {
  expect(await findWith((tx) => tx.execute(change))).toEqual([finding]);
});

test('of many findings the first are told and all are counted', async () => {
  const undo = new Error('undo');
  const counted = database.db.transaction(async (tx) => {
    await tx.execute(sql`
      insert into session_facts (project_id, session_id, kind, key, fact)
      select 'p', 's' || n, 'file', 'k', '{}' from generate_series(1, 50) n`);
    const { checks, findings } = await verifyDatabase(tx, [], AbortSignal.timeout(20_000));
    expect([
      checks.find(({ check }) => check === 'session facts of a session')?.findings,
      findings.length,
    ]).toEqual([50, 20]);
    throw undo;
  });

  await expect(counted).rejects.toBe(undo);
});
