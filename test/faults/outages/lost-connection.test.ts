/** A connection of the pool is lost at a bad moment: the process lives, the pool recovers, no transaction goes on in pieces (F11). */
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database, type Transaction } from '../../../server/db/open.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let pool: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await using setUp = openDatabase(database.url, { max: 1 });
  await setUp.db.execute(sql`create table notes (text text)`);
});
afterAll(() => database.drop());
beforeEach(() => {
  pool = openDatabase(database.url, { max: 2 });
});
afterEach(async () => {
  await pool.client.end({ timeout: 0 });
});

const note = (on: Pick<Transaction, 'execute'>, text: string) =>
  on.execute(sql`insert into notes values (${text})`);
const notes = async () => {
  const rows = await pool.db.execute<{ text: string }>(sql`select text from notes order by text`);
  return rows.map(({ text }) => text);
};
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (failure: unknown) => failure,
  );

/** All connections of the pool at once: one that never says anything again would hold this up. */
const useAll = () =>
  Promise.all([1, 2, 3, 4].map((n) => pool.db.execute(sql`select ${n}::int, pg_sleep(0.05)`)));

test.each([
  ['before its next statement', 0],
  ['and its next statement is made a turn later', 1],
  ['and its next statement is made some turns later', 5],
])('a transaction loses its connection %s: it fails, and the pool goes on', async (_, turns) => {
  await useAll();
  let dropped: Promise<void> | undefined;
  const failure = await failureOf(
    pool.db.transaction(async (tx) => {
      await note(tx, 'first half');
      dropped = pool.dropConnections();
      for (let turn = 0; turn < turns; turn++) await nextTurn();
      await note(tx, 'second half');
    }),
  );

  await dropped;
  expect(failure).toBeInstanceOf(Error);
  await useAll();
  expect(await notes()).toEqual([]);
});

test('work that goes on after its transaction was lost writes nothing, and ends nobody else’s', async () => {
  let proceed = (): void => undefined;
  const others = new Promise<void>((resolve) => (proceed = resolve));
  const tries: unknown[] = [];
  const lost = failureOf(
    pool.db.transaction(async (tx) => {
      await note(tx, 'first half');
      await pool.dropConnections();
      await others;
      tries.push(await failureOf(note(tx, 'second half')));
    }),
  );
  expect(await lost).toBeInstanceOf(Error);

  // On the connections that have taken the place of the lost one.
  const own = await failureOf(
    Promise.all(
      ['a', 'b'].map((name) =>
        pool.db.transaction(async (tx) => {
          await note(tx, `undone ${name}`);
          proceed();
          for (let turn = 0; turn < 20; turn++) await nextTurn();
          await tx.execute(sql`select pg_sleep(0.1)`);
          throw new Error('undone');
        }),
      ),
    ),
  );

  expect(String(own)).toContain('undone');
  expect(tries).toEqual([expect.any(Error)]);
  expect(await notes()).toEqual([]);
});

test('queries on their way when all connections are lost fail or succeed, and none of them waits for ever', async () => {
  for (let round = 0; round < 24; round++) {
    // The driver writes at the end of a turn: whatever it has not written by then.
    if (round % 3 === 0) await nextTurn();
    const asked = Array.from({ length: 8 }, (_, n) => failureOf(pool.db.execute(sql`select ${n}::int`)));
    if (round % 3 === 1) await nextTurn();
    await pool.dropConnections();
    for (const failure of await Promise.all(asked))
      expect(failure === null || failure instanceof Error).toBe(true);
  }
  await useAll();
});

test('a server process whose connections are terminated under load lives', async () => {
  const terminate = () =>
    failureOf(
      pool.db.execute(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`),
    );
  await using other = openDatabase(database.url, { max: 4 });
  const crash = once(process, 'uncaughtException').then(([error]) => error as unknown);
  let isOver = false;
  const load = Array.from({ length: 8 }, async () => {
    while (!isOver) {
      await failureOf(
        other.db.transaction(async (tx) => {
          await tx.execute(sql`select 1`);
          await nextTurn();
          await tx.execute(sql`select 2`);
        }),
      );
    }
  });
  for (let round = 0; round < 30; round++) await terminate();
  isOver = true;
  await Promise.all(load);

  expect(await Promise.race([crash, useAll().then(() => 'alive')])).toBe('alive');
});
