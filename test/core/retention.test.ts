import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { pruneJournal } from '../../server/core/journal-rows.ts';
import { pruneAll } from '../../server/core/retention.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { many } from '../delivery/drafts.ts';
import { range } from '../sdk/support/events.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let testDatabase: TestDatabase;
let database: Database;
let journal: Journal;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  database = openDatabase(testDatabase.url);
  journal = await openJournal(database.db, systemClock);
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

async function seqsLeft(): Promise<number[]> {
  const rows = await database.db.execute<{ seq: string }>(sql`select seq from journal order by seq`);
  return rows.map((row) => Number(row.seq));
}

const makeOld = (from: number, to: number, days: number) =>
  database.db.execute(
    sql`update journal set at = at - make_interval(days => ${days}) where seq between ${from} and ${to}`,
  );

test('[EV5] the newest of the count stay, and the position tells the oldest', async () => {
  await journal.append(many(10));

  const deleted = await pruneJournal(database.db, { days: 14, count: 4, batch: 100 });

  expect(deleted).toBe(6);
  expect(await seqsLeft()).toEqual([7, 8, 9, 10]);
  expect(await journal.position()).toMatchObject({ head: 10, oldest: 7 });
});

test('[EV5] what is older than the limit goes, but never the newest event', async () => {
  await journal.append(many(10));
  await makeOld(1, 6, 15);
  await pruneJournal(database.db, { days: 14, count: 100, batch: 100 });
  const left = await seqsLeft();

  await makeOld(7, 10, 15);
  await pruneJournal(database.db, { days: 14, count: 100, batch: 100 });

  expect(left).toEqual([7, 8, 9, 10]);
  expect(await seqsLeft()).toEqual([10]);
});

test('[EV5] one batch takes no more than its size', async () => {
  await journal.append(many(10));

  const batches = [];
  for (let count = 0; count < 4; count++) {
    batches.push(await pruneJournal(database.db, { days: 14, count: 1, batch: 4 }));
  }

  expect(batches).toEqual([4, 4, 1, 0]);
});

test('[EV2] [EV5] what is left has no gap, though clocks went back and forth', async () => {
  const ages = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      ages,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      async (days, count, batch) => {
        const before = journal.head();
        await journal.append(many(days.length));
        for (const [index, age] of days.entries()) await makeOld(before + index + 1, before + index + 1, age);

        while ((await pruneJournal(database.db, { days: 10, count, batch })) > 0);

        const left = await seqsLeft();
        expect(left).toEqual(range(left[0]!, journal.head()));
      },
    ),
    { numRuns: 40 },
  );
});

test('[EV5] an append does not wait for a batch', async () => {
  await journal.append(many(10));

  await database.db.transaction(async (tx) => {
    await pruneJournal(tx, { days: 14, count: 2, batch: 100 });
    await journal.append(many(1));
  });

  expect(await seqsLeft()).toEqual([9, 10, 11]);
});

test('[EV5] retention goes on until nothing is too old, and stops when it is told to', async () => {
  await journal.append(many(4_500));
  const limits = {
    SYNCLINE_EVENT_RETENTION_DAYS: 14,
    SYNCLINE_EVENT_RETENTION_COUNT: 100,
    SYNCLINE_OPERATION_RETENTION_DAYS: 14,
    SYNCLINE_OPERATION_RETENTION_COUNT: 100,
  };
  await expect(pruneAll(database.db, limits, AbortSignal.abort())).rejects.toThrow('aborted');
  const stopped = await seqsLeft();

  await pruneAll(database.db, limits, new AbortController().signal);

  expect(stopped.length).toBeGreaterThan(100);
  expect(await seqsLeft()).toEqual(range(4_401, 4_500));
});
