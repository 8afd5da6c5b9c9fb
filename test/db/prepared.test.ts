/** Statements that come again are kept by their connection, and those that hardly do are not. */
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { anyOf } from '../../server/db/any-of.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;
let opened: Database;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

beforeEach(() => {
  opened = openDatabase(database.url, { max: 1 });
});

afterEach(() => opened[Symbol.asyncDispose]());

async function readKept(like: string): Promise<string[]> {
  const rows = await opened.client<{ statement: string }[]>`
    select statement from pg_prepared_statements where statement like ${like}`;
  return rows.map(({ statement }) => statement);
}

test('a statement is prepared from its second time on, in transactions and outside', async () => {
  await opened.db.execute(sql`select ${'a'}::text as outside`);
  expect(await readKept('%as outside')).toEqual([]);

  await opened.db.execute(sql`select ${'b'}::text as outside`);
  for (const word of ['a', 'b']) {
    await opened.db.transaction((tx) => tx.execute(sql`select ${word}::text as inside`));
  }

  expect(await readKept('select $1::text as outside')).toHaveLength(1);
  expect(await readKept('select $1::text as inside')).toHaveLength(1);
});

test('a connection keeps a bounded number of statements, and no long text', async () => {
  for (let column = 0; column < 450; column += 1) {
    for (const word of ['a', 'b'])
      await opened.db.execute(sql`select ${word}::text as ${sql.raw(`c${column}`)}`);
  }
  const long = sql.raw(`/* ${'x'.repeat(9_000)} */`);
  for (const word of ['a', 'b']) await opened.db.execute(sql`select ${word}::text as long ${long}`);

  expect((await readKept('select $1::text as c%')).length).toBe(400);
  expect(await readKept('%as long%')).toEqual([]);
});

test.each([
  ['none', [], []],
  ['one', ['b'], ['b']],
  ['many', ['a', 'c', 'a'], ['a', 'c']],
  ['quotes, commas, braces and backslashes', ['"', ',', '{}', '\\', "'"], ['"', "'", ',', '\\', '{}']],
  ['empty text and the word null', ['', 'null', 'NULL'], ['', 'NULL', 'null']],
  ['NUL, which no column holds', ['a\0b', 'a'], ['a']],
])('of many values as one parameter are found: %s', async (_name, wanted, found) => {
  const held = ['a', 'b', 'c', '', 'null', 'NULL', '"', ',', '{}', '\\', "'"];
  const rows = await opened.db.execute<{ word: string }>(sql`
    select word from json_array_elements_text(${JSON.stringify(held)}::json) as word
    where word = ${anyOf(wanted)} order by word collate "C"`);

  expect(rows.map(({ word }) => word)).toEqual(found);
});
