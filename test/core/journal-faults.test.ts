import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JournalEntry } from '../../server/core/journal-entry.ts';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { pruneJournal } from '../../server/core/journal-rows.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database, type Db } from '../../server/db/open.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { many, named, progress, operationId } from '../delivery/drafts.ts';
import { range } from '../sdk/support/events.ts';
import { settle, until } from '../sdk/support/until.ts';
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

async function open(db: Db = database.db): Promise<{ journal: Journal; heard: JournalEntry[] }> {
  const journal = await openJournal(db, systemClock);
  const heard: JournalEntry[] = [];
  journal.bus.entries$.subscribe((entry) => heard.push(entry));
  return { journal, heard };
}

const seqsOf = (entries: readonly JournalEntry[]) => entries.map((entry) => entry.seq);

/** A database whose pages of rows go through `onPage` before they are answered. */
function withPages(db: Db, onPage: () => Promise<void>): Db {
  const select = (...columns: Parameters<Db['select']>) => {
    const selection = db.select(...columns);
    if (columns[0] === undefined || !('lines' in columns[0])) return selection;
    return {
      from(page: Parameters<typeof selection.from>[0]) {
        const pieces = selection.from(page);
        const orderBy = pieces.orderBy.bind(pieces);
        return Object.assign(pieces, {
          orderBy: async (...by: Parameters<typeof orderBy>) => {
            const rows: unknown[] = await orderBy(...by);
            await onPage();
            return rows;
          },
        });
      },
    };
  };
  return new Proxy(db, {
    get: (target, key) => (key === 'select' ? select : (Reflect.get(target, key) as unknown)),
  });
}

test.each([
  ['NUL', 'a\0b', 'a\ufffdb'],
  ['half of a pair', 'a\ud83db', 'a\ufffdb'],
  ['the other half', '\ude00', '\ufffd'],
  ['a whole pair', '😀', '😀'],
  ['what only looks like an escape', '\\u0000 \\ud83d', '\\u0000 \\ud83d'],
  ['line ends', '\r\n\u2028\u2029', '\r\n\u2028\u2029'],
])(
  '[SS7] a text with %s is kept, and reads the same from memory and from the table',
  async (_, text, kept) => {
    const { journal, heard } = await open();

    await journal.append([named(text)]);
    const { journal: reopened } = await open();
    const fromTable = await reopened.pageAfter(0, 10);

    expect(heard.map((entry) => entry.event.data)).toEqual([{ slug: kept }]);
    expect(fromTable.map((entry) => entry.event)).toEqual(heard.map((entry) => entry.event));
  },
);

test('[EV3] what a writer changes after the commit changes nothing that was said', async () => {
  const { journal, heard } = await open();
  const draft = progress(operationId(1), 1);

  await journal.append([draft]);
  Object.assign(draft.data, { processed: 2 });

  expect(heard[0]?.event.data).toMatchObject({ processed: 1 });
  expect(JSON.parse(heard[0]!.json)).toMatchObject({ data: { processed: 1 } });
});

test('[EV3] a wake-up during a reading leads to another reading', async () => {
  const writer = await open();
  let pages = 0;
  const slow = withPages(database.db, async () => {
    pages += 1;
    if (pages > 1) return;
    await writer.journal.append(many(1));
    void reader.journal.catchUp();
  });
  const reader = await open(slow);
  await writer.journal.append(many(1));

  await reader.journal.catchUp();

  expect(seqsOf(reader.heard)).toEqual([1, 2]);
});

test('[F11] news that cannot be read are read later, and an own event waits for them', async () => {
  const writer = await open();
  let isAway = true;
  let failures = 0;
  const reader = await open(
    withPages(database.db, async () => {
      if (!isAway) return;
      failures += 1;
      throw new Error('The database is away');
    }),
  );
  await writer.journal.append(many(1));

  await reader.journal.append(many(1));
  await until(() => failures === 1);
  await settle();
  const before = seqsOf(reader.heard);
  await expect(reader.journal.catchUp()).rejects.toThrow('away');
  isAway = false;
  await reader.journal.catchUp();

  expect(before).toEqual([]);
  expect(seqsOf(reader.heard)).toEqual([1, 2]);
});

test('[EV5] a server that slept through a pruning goes on with what is left', async () => {
  const writer = await open();
  const reader = await open();
  await writer.journal.append(many(5));
  await reader.journal.catchUp();
  await writer.journal.append(many(1_500));
  while ((await pruneJournal(database.db, { days: 9, count: 100, batch: 500 })) > 0);

  await reader.journal.catchUp();
  await reader.journal.append(many(1));

  expect(seqsOf(reader.heard)).toEqual([...range(1, 5), ...range(1_406, 1_506)]);
  expect(seqsOf(await reader.journal.pageAfter(1_504, 10))).toEqual([1_505, 1_506]);
  expect(seqsOf(await reader.journal.pageAfter(3, 2))).toEqual([1_406, 1_407]);
});

test('[F2] what was committed and never told is told by the next server, once', async () => {
  const before = await open();
  await before.journal.append(many(3));
  const lost = await open();
  // Killed between the commit and the bell: the rows are there, and nobody has heard of them.
  await before.journal.append(many(2));

  const after = await open();
  await lost.journal.catchUp();
  await after.journal.append(many(1));
  await lost.journal.catchUp();

  expect(seqsOf(await after.journal.pageAfter(3, 10))).toEqual([4, 5, 6]);
  expect(seqsOf(lost.heard)).toEqual([4, 5, 6]);
});

test('[F13] those who come back after a restart, each with another cursor, cost one reading', async () => {
  await (await open()).journal.append(many(3_000));
  let readings = 0;
  const { journal } = await open(withPages(database.db, async () => void (readings += 1)));
  const cursors = range(1, 100).map((index) => 1_500 + index * 10);

  const reading = Promise.all(cursors.map((after) => journal.pageAfter(after, 500)));
  await journal.append(many(2));
  const pages = await reading;
  const later = await journal.pageAfter(2_990, 500);

  for (const [index, page] of pages.entries()) {
    const after = cursors[index]!;
    expect(seqsOf(page)).toEqual(range(after + 1, after + page.length));
    expect(after + page.length).toBeGreaterThanOrEqual(Math.min(after + 500, 3_000));
  }
  expect(seqsOf(later)).toEqual(range(2_991, 3_002));
  expect(readings).toBe(1);
});

test('[F13] a reading that failed is begun again', async () => {
  await (await open()).journal.append(many(3));
  let readings = 0;
  const flaky = withPages(database.db, async () => {
    readings += 1;
    if (readings === 1) throw new Error('The database is away');
  });
  const { journal } = await open(flaky);

  await expect(journal.pageAfter(1, 10)).rejects.toThrow('away');

  expect(seqsOf(await journal.pageAfter(1, 10))).toEqual([2, 3]);
});

test('[EV5] pages do not depend on how much of the journal is still in memory', async () => {
  const { journal } = await open();
  for (let count = 0; count < 5; count++) await journal.append(many(5_000));
  const { journal: reopened } = await open();

  for (const after of [0, 4_999, 14_999, 15_000, 15_001, 19_999, 20_000, 24_999]) {
    const page = seqsOf(await journal.pageAfter(after, 300));
    expect(page).toEqual(range(after + 1, Math.min(after + 300, 25_000)));
    expect(page).toEqual(seqsOf(await reopened.pageAfter(after, 300)));
  }
});
