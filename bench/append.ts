/** B16: appending events, against a bare batched insert; and how soon a lone event is heard. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventDraft } from '../shared/events/index.ts';
import { openJournal, type Journal } from '../server/core/journal.ts';
import { openEmbeddedPostgres } from '../server/db/embedded-postgres.ts';
import { migrateDatabase } from '../server/db/migrate.ts';
import { openDatabase } from '../server/db/open.ts';
import { systemClock } from '../server/platform/clock.ts';
import { measure, timed } from './measure.ts';
import type { BenchResult } from './result.ts';

const events = 10_000;
const batch = 500;
const runs = 9;

export async function run(): Promise<BenchResult[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-append-'));
  await chmod(dataDir, 0o755);
  const postgres = await openEmbeddedPostgres({ dataDir, signal: new AbortController().signal });
  await migrateDatabase(postgres.connection);
  const database = openDatabase(postgres.connection);
  const journal = await openJournal(database.db, systemClock);

  // The same columns and indexes, one statement for 500 rows, and nothing that numbers or tells them.
  await database.client`create table floor_events (like journal including all)`;
  const { type, topic, data } = draft;
  const rows = JSON.stringify(Array.from({ length: batch }, () => ({ type, topic, data })));
  let seq = 0;
  const floor = await measure(runs, () =>
    timed(async () => {
      for (let done = 0; done < events; done += batch, seq += batch) {
        await database.client`
          insert into floor_events (seq, type, at, topic, data)
          select ${seq}::bigint + position, type, now(), topic, data
          from rows from (json_to_recordset(${rows}::json) as (type text, topic text[], data jsonb))
            with ordinality as draft (type, topic, data, position)`;
      }
    }),
  );
  const ours = await measure(runs, () =>
    timed(() => Promise.all(Array.from({ length: events }, () => journal.append([draft])))),
  );
  const lone = await measure(50, () => hearLone(journal));
  await database[Symbol.asyncDispose]();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
  return [
    { id: 'B16', what: `${events} events appended one by one`, ours, floor, target: 1.43 },
    { id: 'B16', what: 'a lone event heard after emit', ours: lone, floor: null, target: 5 },
  ];
}

const draft: EventDraft = {
  type: 'watch:recovered',
  projectId: null,
  operationId: null,
  topic: ['watch'],
  data: { state: 'watching' },
};

async function hearLone(journal: Journal): Promise<number> {
  const rung = journal.bus.nextRing(new AbortController().signal);
  const startedMs = performance.now();
  void journal.append([draft]);
  await rung;
  return performance.now() - startedMs;
}
