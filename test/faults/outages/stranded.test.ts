/** The host of the database goes away without a word and another one takes its place: what was open leads nowhere (F11). */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openJournal } from '../../../server/core/journal.ts';
import { openListener } from '../../../server/core/listener.ts';
import { migrateDatabase } from '../../../server/db/migrate.ts';
import { openDatabase } from '../../../server/db/open.ts';
import { systemClock } from '../../../server/platform/clock.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { many } from '../../delivery/drafts.ts';
import { createTestDatabase } from '../../support/database.ts';
import { openDatabaseProxy } from '../../support/database-proxy.ts';
import { until } from '../../support/until.ts';

const soon = { lookMs: 20, hungLooks: 10 };

test('[F11] connections that lead nowhere are let go: what waits fails, what comes later passes, and nothing is missed', async () => {
  const home = await createTestDatabase();
  await migrateDatabase(home.url);
  await using proxy = await openDatabaseProxy(home.url);
  const direct = openDatabase(home.url, { max: 1 });
  const pool = openDatabase(proxy.url, { max: 3 });
  const journal = await openJournal(pool.db, systemClock);
  const heard: number[] = [];
  journal.bus.entries$.subscribe(({ seq }) => heard.push(seq));
  const listener = await openListener(pool, journal, createLogger('silent'), soon);
  await journal.append(many(1));

  proxy.strand();
  const waiting = pool.db.execute(sql`select 1`).then(
    () => 'answered',
    () => 'failed',
  );
  const other = await openJournal(direct.db, systemClock);
  await other.append(many(1));

  expect(await waiting).toBe('failed');
  await until('what another server wrote meanwhile is heard', () => heard.length === 2);
  await journal.append(many(1));
  expect(heard).toEqual([1, 2, 3]);

  await listener[Symbol.asyncDispose]();
  await pool[Symbol.asyncDispose]();
  await direct[Symbol.asyncDispose]();
  await home.drop();
});

test('[F11] a database that is slow to answer loses no connection for it', async () => {
  const home = await createTestDatabase();
  await migrateDatabase(home.url);
  const pool = openDatabase(home.url, { max: 3 });
  let looks = 0;
  let drops = 0;
  const slow = {
    async catchUp() {
      looks += 1;
      await pool.db.execute(sql`select pg_sleep(0.08)`);
    },
  };
  const watched = { client: pool.client, dropConnections: async () => void (drops += 1) };
  const listener = await openListener(watched, slow, createLogger('silent'), soon);

  await until('many looks were answered', () => looks > 10);

  expect(drops).toBe(0);
  await listener[Symbol.asyncDispose]();
  await pool[Symbol.asyncDispose]();
  await home.drop();
});
