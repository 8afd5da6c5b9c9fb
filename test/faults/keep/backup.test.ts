/** What is copied out of a database comes back as it was, and nothing half-done is ever left (EV2). */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../../server/core/journal.ts';
import { renewEpoch } from '../../../server/core/journal-rows.ts';
import { BackupBroken } from '../../../server/db/backup/backup-file.ts';
import type { BackupPart } from '../../../server/db/backup/read-backup.ts';
import { listTables, orderByReference } from '../../../server/db/backup/list-tables.ts';
import { writeBackup } from '../../../server/db/backup/write-backup.ts';
import { migrateDatabase } from '../../../server/db/migrate.ts';
import { readMigrations } from '../../../server/db/migrations.ts';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import { systemClock } from '../../../server/platform/clock.ts';
import { many } from '../../delivery/drafts.ts';
import { madeAt, putBackup, readAll, takeBackup } from '../../support/backup.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { until } from '../../support/until.ts';

let from: TestDatabase;
let into: TestDatabase;
let database: Database;
let journal: Journal;
let sql: postgres.Sql;
/** Of `from` as the first test finds it. */
let taken: Buffer;

beforeAll(async () => {
  from = await createTestDatabase();
  await migrateDatabase(from.url);
  database = openDatabase(from.url);
  journal = await openJournal(database.db, systemClock);
  sql = postgres(from.url, { max: 2, onnotice: () => undefined });
  await fill();
  taken = await takeBackup(from.url);
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
  await sql.end({ timeout: 1 });
  await from.drop();
});

beforeEach(async () => {
  into = await createTestDatabase();
});
afterEach(() => into.drop());

/** Texts that need care in every layer between: tabs, line ends, backslashes, the mark of our own lines, NULL's mark. */
const awkward = [
  '\\.',
  '\\N',
  'a\tb\nc\r\nd\\',
  '{"end":"backup"}',
  '\\.{"end":"backup"}',
  "it's “é” 😀",
  '',
];

async function fill(): Promise<void> {
  await journal.append(many(300));
  for (const [at, text] of awkward.entries()) {
    await sql`insert into idempotency_keys (scope, key, body_hash, status, body)
      values (${text}, ${String(at)}, ${text}, 200, ${sql.json({ text, none: null })})`;
  }
  await sql`insert into idempotency_keys (scope, key, body_hash, status, body) values ('json null', 'x', 'y', 200, 'null'::jsonb)`;
  await sql`insert into leases (name, token, owner, expires_at) values ('project:x', 't', 'host/1/1', now())`;
}

/** What a database holds, by an independent way: every row of every table as text, in an order of its own. */
async function fingerprint(url: string): Promise<Record<string, string>> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    const prints: Record<string, string> = {};
    for (const { name, columns } of await listTables(client)) {
      const list = columns.map((column) => `"${column}"`).join(', ');
      const [row] = await client.unsafe(
        `select count(*) || ':' || coalesce(md5(string_agg(t::text, E'\\n' order by t::text collate "C")), '') as print
         from (select ${list} from public."${name}") t`,
      );
      prints[name] = String(row?.print);
    }
    return prints;
  } finally {
    await client.end({ timeout: 1 });
  }
}

test('a restored database holds every row of every table as it was', async () => {
  await putBackup(into.url, taken);

  const [was, is] = [await fingerprint(from.url), await fingerprint(into.url)];
  expect(is).toEqual(was);
  expect(was.journal).toMatch(/^300:/);
});

test('the header says which schema, which journal and how far; counts and digests are those of the rows', async () => {
  const parts = await readAll(taken);

  const newest = readMigrations().at(-1);
  expect(parts[0]).toMatchObject({
    kind: 'header',
    header: { schema: { tag: newest?.tag, when: newest?.when }, epoch: journal.epoch, head: 300 },
  });
  const end = parts.find((part) => part.kind === 'table-end' && part.end.end === 'idempotency_keys');
  const start = parts.findIndex((part) => part.kind === 'table' && part.table.table === 'idempotency_keys');
  const rows = parts
    .slice(start + 1, parts.indexOf(end!))
    .flatMap((part) => (part.kind === 'rows' ? [part.bytes] : []));
  expect(end).toMatchObject({
    end: { rows: awkward.length + 1, sha256: createHash('sha256').update(Buffer.concat(rows)).digest('hex') },
  });
});

test('cut into pieces of any size, a backup says the same', async () => {
  const toRows = (parts: Awaited<ReturnType<typeof readAll>>) =>
    Buffer.concat(parts.flatMap((part) => (part.kind === 'rows' ? [part.bytes] : []))).toString('base64');
  const whole = toRows(await readAll(taken));

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5_000 }), async (size) => {
      expect(toRows(await readAll(taken, size)) === whole).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('wherever a backup is cut off, it is not taken for a whole one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: taken.length - 1 }), async (length) => {
      await expect(readAll(taken.subarray(0, length))).rejects.toThrow(BackupBroken);
    }),
    { numRuns: 60 },
  );
});

test('whichever byte of a backup is changed, it is noticed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: taken.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, by) => {
        const changed = Buffer.from(taken);
        changed[at] = changed[at]! ^ by;
        await expect(readAll(changed)).rejects.toThrow(BackupBroken);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['nothing', Buffer.from(''), 'it is not a backup'],
  ['a text', Buffer.from('Dear reader,\n'), 'not a backup'],
  [
    'a later format',
    Buffer.from('\\.{"file":"syncline-backup","format":99}\n'),
    'newer version of Syncline (format 99)',
  ],
  ['another line first', Buffer.from('\\.{"table":"projects","columns":["id"]}\n'), 'not a backup'],
])('%s is refused by name', async (_what, bytes, message) => {
  await expect(readAll(bytes)).rejects.toThrow(message);
});

test('a restore that fails in its last statement leaves what was there, and asks before it replaces', async () => {
  await putBackup(into.url, taken);
  const other = postgres(into.url, { max: 1, onnotice: () => undefined });
  await other`delete from leases`;
  await other.end({ timeout: 1 });
  const before = await fingerprint(into.url);

  await expect(putBackup(into.url, taken)).rejects.toThrow(/not empty.*--replace.*--db/);
  const failing = putBackup(into.url, taken, {
    replaces: true,
    settle: () => Promise.reject(new Error('the power went')),
  });
  await expect(failing).rejects.toThrow('the power went');
  expect(await fingerprint(into.url)).toEqual(before);

  await putBackup(into.url, taken, { replaces: true });
  expect(await fingerprint(into.url)).toEqual(await fingerprint(from.url));
}, 60_000);

test('rows that the schema refuses end the restore, and nothing of it stays', async () => {
  const lines = taken.toString('latin1').split('\n');
  // As if the file had been made by hand, with right digests: the same lease twice.
  const at = lines.findIndex((line) => line.startsWith('project:x\t'));
  lines.splice(at, 0, lines[at]!);

  const failing = putBackup(into.url, taken, { parts: readUnchecked(lines.join('\n')) });

  await expect(failing).rejects.toThrow(/refused|aborted|rows after/);
  expect(await fingerprint(into.url)).toEqual({});
});

/** Parts without their digests. */
async function* readUnchecked(text: string): AsyncGenerator<BackupPart> {
  for (const line of text.split('\n').filter((one) => one !== '')) {
    if (!line.startsWith('\\.')) {
      yield { kind: 'rows', bytes: Buffer.from(`${line}\n`, 'latin1') };
      continue;
    }
    const content = JSON.parse(Buffer.from(line.slice(2), 'latin1').toString('utf8'));
    if ('file' in content) yield { kind: 'header', header: content };
    else if ('table' in content) yield { kind: 'table', table: content };
    else if (content.end !== 'backup') yield { kind: 'table-end', end: content };
  }
}

test('a database of somebody else is never emptied', async () => {
  const other = postgres(into.url, { max: 1, onnotice: () => undefined });
  await other`create table invoices (id int)`;
  await other.end({ timeout: 1 });

  await expect(putBackup(into.url, taken, { replaces: true })).rejects.toThrow("not Syncline's (invoices");
});

test('a connected server is a reason to refuse', async () => {
  await using running = openDatabase(into.url);
  await running.client`select 1`;

  await expect(putBackup(into.url, taken)).rejects.toThrow('stop all of them first');
});

test('[F22] a backup of a newer schema names the remedy and changes nothing', async () => {
  const older = readMigrations().slice(0, -1);

  await expect(putBackup(into.url, taken, { migrations: older })).rejects.toThrow(
    /newer version of Syncline .*restore it with that version/,
  );
  expect(await fingerprint(into.url)).toEqual({});
});

test('[F22, EV2] a backup of an older schema is migrated after it came back, and its journal is another incarnation', async () => {
  const later = {
    tag: '9999_test',
    when: 9_999_999_999_999,
    hash: 'h',
    statements: ['alter table journal add column weight integer not null default 7'],
  };

  await putBackup(into.url, taken, {
    migrations: [...readMigrations(), later],
    settle: async (tx) => void (await renewEpoch(tx)),
  });

  const check = postgres(into.url, { max: 1, onnotice: () => undefined });
  const [row] = await check`select count(*)::int as count, min(weight) as weight from journal`;
  const [newest] = await check`select max(created_at)::text as at from drizzle.__drizzle_migrations`;
  const [state] = await check`select epoch, head::int from journal_state`;
  await check.end({ timeout: 1 });
  expect([row, newest]).toEqual([{ count: 300, weight: 7 }, { at: '9999999999999' }]);
  expect(state).toMatchObject({ epoch: expect.stringMatching(/^[a-z0-9]{8,16}$/), head: 300 });
  expect(state?.epoch).not.toBe(journal.epoch);
});

test('numbers that the database gives go on where they stood', async () => {
  const parts = await readAll(taken);
  const [first] = parts;
  if (first?.kind !== 'header') throw new Error('No header');
  const header = { ...first.header, sequences: [{ name: 'search_entries_id_seq', last: '41' }] };
  async function* changed(): AsyncGenerator<BackupPart> {
    yield { kind: 'header', header };
    yield* parts.slice(1);
  }

  await putBackup(into.url, taken, { parts: changed() });

  const restored = postgres(into.url, { max: 1, onnotice: () => undefined });
  const [row] = await restored`select nextval('search_entries_id_seq')::int as next`;
  await restored.end({ timeout: 1 });
  expect(row?.next).toBe(42);
});

test('tables are filled after those they refer to', () => {
  const table = (name: string, ...refersTo: string[]) => ({ name, columns: ['id'], refersTo });

  const ordered = orderByReference([table('c', 'b', 'a'), table('b', 'a'), table('a')]);

  expect(ordered.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  expect(() => orderByReference([table('a', 'b'), table('b', 'a')])).toThrow('circle');
});

test('[EV5] a backup is one moment, and neither appends nor pruning wait for it', async () => {
  const text = writeBackup({ target: from.url, program: 'test', madeAt });
  const chunks = [(await text.next()).value as Uint8Array];

  await journal.append(many(10));
  const deleted = await sql`delete from journal where seq <= 20`;
  for await (const chunk of text) chunks.push(chunk);

  expect(deleted.count).toBe(20);
  const ends = (await readAll(Buffer.concat(chunks))).filter((part) => part.kind === 'table-end');
  expect(ends.find(({ end }) => end.end === 'journal')?.end.rows).toBe(300);
});

test('a backup that nobody reads on lets its session and its snapshot go', async () => {
  await sql`insert into idempotency_keys (scope, key, body_hash, body)
    select 'large', n::text, '', to_jsonb(repeat(md5(n::text), 4000)) from generate_series(1, 300) n`;
  const sessions = async () =>
    (await sql`select pid from pg_stat_activity where datname = current_database() and query ilike 'copy %'`)
      .length;
  const text = writeBackup({ target: from.url, program: 'test', madeAt });
  let size = 0;
  while (size < 200_000) size += ((await text.next()).value as Uint8Array).length;
  expect(await sessions()).toBe(1);

  await text.return();

  await until('its session has gone', async () => (await sessions()) === 0);
});
