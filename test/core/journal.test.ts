import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openListener } from '../../server/core/listener.ts';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { many, removed, started } from '../delivery/drafts.ts';
import { range } from '../sdk/support/events.ts';
import { until } from '../sdk/support/until.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let testDatabase: TestDatabase;
let database: Database;

beforeEach(async () => {
  testDatabase = await createTestDatabase();
  await migrateDatabase(testDatabase.url);
  database = openDatabase(testDatabase.url);
});
afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await testDatabase.drop();
});

/** A journal, and what its bus tells. */
async function open(): Promise<{ journal: Journal; heard: number[] }> {
  const journal = await openJournal(database.db, systemClock);
  const heard: number[] = [];
  journal.bus.entries$.subscribe((entry) => heard.push(entry.seq));
  return { journal, heard };
}

class Undone extends Error {}

const writes = fc.array(
  fc.record({
    count: fc.integer({ min: 0, max: 5 }),
    isUndone: fc.boolean(),
    isGrouped: fc.boolean(),
    who: fc.integer({ min: 0, max: 1 }),
  }),
  { minLength: 1, maxLength: 25 },
);

test('[EV2] [EV4] seq has no gap and the bus tells it in order, whatever is written at once and undone', async () => {
  const [first, second] = [await open(), await open()];
  await fc.assert(
    fc.asyncProperty(writes, async (wishes) => {
      const before = Math.max(first.journal.head(), second.journal.head());
      const write = async ({ count, isUndone, isGrouped, who }: (typeof wishes)[number]) => {
        const { journal } = [first, second][who]!;
        if (isGrouped) return await journal.append(many(count));
        await journal.transact(async (_tx, emit) => {
          many(count).forEach(emit);
          if (isUndone) throw new Undone();
        });
      };

      const results = await Promise.allSettled(wishes.map(write));
      await Promise.all([first.journal.catchUp(), second.journal.catchUp()]);

      const failures = results.flatMap((result) =>
        result.status === 'rejected' ? [result.reason as unknown] : [],
      );
      const written = wishes.filter((wish) => wish.isGrouped || !wish.isUndone);
      const head = before + written.reduce((sum, wish) => sum + wish.count, 0);
      expect(failures.every((failure) => failure instanceof Undone)).toBe(true);
      expect((await first.journal.position()).head).toBe(head);
      for (const { journal, heard } of [first, second]) {
        expect(journal.head()).toBe(head);
        expect(heard).toEqual(range(1, head));
      }
    }),
    { numRuns: 30 },
  );
});

test('[EV3] what is rolled back is neither kept nor heard', async () => {
  const { journal, heard } = await open();
  const undone = journal.transact(async (_tx, emit) => {
    emit(removed('atlas'));
    throw new Undone();
  });
  await expect(undone).rejects.toThrow(Undone);

  await journal.append([started('atlas')]);

  const page = await journal.pageAfter(0, 10);
  expect(page.map((entry) => entry.event.type)).toEqual(['sync:started']);
  expect(heard).toEqual([1]);
});

test('[EV3] an event is durable before it is heard', async () => {
  const { journal } = await open();
  const kept: Promise<unknown[]>[] = [];
  journal.bus.entries$.subscribe(({ seq }) => {
    kept.push(Promise.resolve(database.client`select seq from journal where seq = ${seq}`));
  });

  await journal.append(many(3));

  expect((await Promise.all(kept)).map((rows) => rows.length)).toEqual([1, 1, 1]);
});

test('[F2] another server on the database hears everything once, also what it was never told of', async () => {
  const writer = await open();
  const reader = await open();

  await writer.journal.append(many(2_500));
  const before = [...reader.heard];
  await Promise.all([reader.journal.catchUp(), reader.journal.catchUp()]);
  await writer.journal.append(many(1));
  await reader.journal.catchUp();

  expect(before).toEqual([]);
  expect(reader.heard).toEqual(range(1, 2_501));
});

test('another server is woken by the append', async () => {
  const writer = await open();
  const reader = await open();
  await using _listener = await openListener(database, reader.journal, createLogger('silent'));

  await writer.journal.append(many(3));
  await until(() => reader.heard.length === 3);

  expect(reader.heard).toEqual([1, 2, 3]);
});

test('[EV4] what is appended while a commit is under way shares the next one', async () => {
  const { journal } = await open();

  await Promise.all(range(1, 200).map(() => journal.append(many(1))));

  const [row] = await database.db.execute<{ commits: string }>(
    sql`select count(distinct xmin::text)::text as commits from journal`,
  );
  expect(Number(row?.commits)).toBeLessThanOrEqual(3);
  expect(journal.head()).toBe(200);
});

test('an append that cannot be written fails, and those after it are written', async () => {
  const { journal, heard } = await open();
  const broken = { ...removed('x'), topic: null as unknown as [] };

  const results = await Promise.allSettled([journal.append([broken]), journal.append(many(1))]);
  await journal.append(many(1));

  expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
  expect(heard).toEqual([1, 2]);
});

test('pages are the same from memory and from the table', async () => {
  const { journal } = await open();
  await journal.append([...many(20), removed('Ünïcode 😀 \u2028 "quoted"')]);
  const { journal: reopened } = await open();

  for (const [after, limit] of [
    [0, 100],
    [3, 5],
    [20, 10],
    [21, 10],
  ] as const) {
    const fromMemory = await journal.pageAfter(after, limit);
    const fromTable = await reopened.pageAfter(after, limit);
    expect(fromTable.map((entry) => entry.event)).toEqual(fromMemory.map((entry) => entry.event));
  }
});

test('the position tells the epoch, the newest and the oldest, also of an empty journal', async () => {
  const { journal } = await open();
  const empty = await journal.position();
  await journal.append(many(2));

  expect(empty).toEqual({ epoch: journal.epoch, head: 0, oldest: 1 });
  expect(await journal.position()).toEqual({ epoch: journal.epoch, head: 2, oldest: 1 });
});
