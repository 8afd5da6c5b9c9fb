/** One run of a plan: two servers on one Postgres, writers, readers, faults; then peace, and the history of it all. */
import postgres, { type Sql } from 'postgres';
import { openJournal } from '../../../server/core/journal.ts';
import { migrateDatabase } from '../../../server/db/migrate.ts';
import { openDatabase } from '../../../server/db/open.ts';
import { Disposer } from '../../../server/platform/disposer.ts';
import { systemClock } from '../../../server/platform/clock.ts';
import { until } from '../../support/until.ts';
import { checkHistory } from './check.ts';
import { Faults } from './faults.ts';
import { toFloodDraft } from './flood-drafts.ts';
import { Flood } from './flood.ts';
import type { OperationRow } from './history.ts';
import type { Plan } from './plan.ts';
import { Product } from './product.ts';
import { Reader } from './reader.ts';
import { ServerSeat } from './server-seat.ts';
import { keepTruth, readTruth } from './truth.ts';
import type { Finding } from './verdict.ts';
import { readViews } from './views.ts';

export interface RunOptions {
  /** An empty database. */
  readonly databaseUrl: string;
  /** Arguments for node that start a server. */
  readonly program: readonly string[];
  readonly onProgress?: (line: string) => void;
  /** Ends the turmoil early; the checks follow all the same. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  readonly findings: readonly Finding[];
  readonly figures: Readonly<Record<string, number>>;
  /** What servers said on stderr. */
  readonly complaints: readonly string[];
}

export async function runLaw(plan: Plan, options: RunOptions): Promise<RunResult> {
  const disposer = new Disposer();
  try {
    return await run(plan, options, disposer);
  } finally {
    await disposer[Symbol.asyncDispose]();
  }
}

async function run(plan: Plan, options: RunOptions, disposer: Disposer): Promise<RunResult> {
  const { databaseUrl, program, onProgress = () => undefined, signal } = options;
  const startedMs = performance.now();
  await migrateDatabase(databaseUrl);
  const sql = postgres(databaseUrl, {
    max: 2,
    fetch_types: false,
    onnotice: () => undefined,
    types: { textArray },
  });
  disposer.defer(() => sql.end({ timeout: 1 }));
  const database = disposer.use(openDatabase(databaseUrl, { max: 2, name: 'law' }));
  const journal = await openJournal(database.db, systemClock);
  await keepTruth(sql);

  const open = async () => disposer.use(await ServerSeat.open({ program, databaseUrl }));
  const seats = await Promise.all([open(), open()]);
  const urls = () => seats.map((seat) => seat.url);
  const pauseMs = Math.max(50, Math.min(500, plan.durationMs / 200));
  const product = plan.hasProduct
    ? disposer.use(await Product.open({ seed: plan.seed, urls, pauseMs }))
    : null;
  const floods = Array.from({ length: plan.floods }, (_, index) =>
    disposer.use(
      new Flood({ databaseUrl, name: `f${index}`, eventsPerSecond: plan.eventsPerSecond / plan.floods }),
    ),
  );
  const faults = new Faults({ seats, floods, sql, db: database.db });
  const readers: Reader[] = [];
  for (const reader of plan.readers) {
    const prunedThrough = () => faults.prunedThrough;
    readers.push(
      disposer.use(
        await Reader.open({ plan: reader, run: plan, urls, epoch: journal.epoch, from: 0, prunedThrough }),
      ),
    );
  }

  const turmoil = new AbortController();
  signal?.addEventListener('abort', () => turmoil.abort());
  const sumOf = (name: keyof Reader['tally']) => readers.reduce((sum, { tally }) => sum + tally[name], 0);
  const promised = () => floods.reduce((sum, flood) => sum + flood.promised, 0);
  const toProgress = () =>
    `${seconds(startedMs)} s: ${promised()} events promised, ${sumOf('cuts')} cuts, ${faults.tally.kills} kills, ` +
    `${readers.reduce((sum, reader) => sum + reader.heard, 0)} heard`;
  const telling = setInterval(() => onProgress(toProgress()), 10_000);
  disposer.defer(() => clearInterval(telling));
  const turmoilStartMs = performance.now();
  const isEnough = () => {
    const pastMs = performance.now() - turmoilStartMs;
    const hasAll = promised() >= plan.atLeast.events && sumOf('cuts') >= plan.atLeast.cuts;
    return turmoil.signal.aborted || (pastMs >= plan.durationMs && hasAll) || pastMs >= 2 * plan.durationMs;
  };
  await Promise.all([
    faults.run(plan.faults, turmoil.signal),
    until('the turmoil is over', isEnough, { withinMs: 3 * plan.durationMs }),
  ]);

  const turmoilMs = performance.now() - turmoilStartMs;
  onProgress(`${seconds(startedMs)} s: peace`);
  await Promise.all(floods.map((flood) => flood.stop()));
  await product?.stop();
  await Promise.all(seats.map((seat) => seat.atRest()));
  const stuck: Finding[] = [];
  const wait = async (what: string, isSo: () => boolean | Promise<boolean>, withinMs: number) => {
    await until(what, isSo, { withinMs }).catch((failure: unknown) =>
      stuck.push({ wrong: 'stuck', detail: String(failure) }),
    );
  };
  await wait('every operation has ended', async () => (await countActive(sql)) === 0, 60_000);
  for (const reader of readers) reader.calm();
  // Of every topic that a flood has, so that no reader of them can be at rest before the end.
  await journal.append(Array.from({ length: 42 }, (_, index) => toFloodDraft('last', index + 1)));
  const { head: endSeq } = await journal.position();
  const almost = await readTruth(sql, journal.epoch);
  for (const reader of readers)
    await wait(`reader ${reader.plan.id} is at the head`, () => reader.isAtEnd(almost, endSeq), 60_000);

  const alive = urls().filter((url) => url !== null);
  const finals = (await Promise.all(alive.map((url) => readViews(url, { newest: null })))).flat();
  for (const reader of readers) await reader[Symbol.asyncDispose]();
  const findings = checkHistory({
    truth: await readTruth(sql, journal.epoch, almost),
    end: endSeq,
    readers: readers.map((reader) => reader.history()),
    floodAcks: floods.flatMap(({ acks }) => acks),
    operationAcks: product?.acks ?? [],
    operations: await readOperations(sql),
    heldLeases: await readHeldLeases(sql),
    glimpses: product?.glimpses ?? [],
    finals,
  });
  const deaths = seats.flatMap((seat) => seat.deaths.map((detail) => ({ wrong: 'died' as const, detail })));
  const oddities = [...(product?.oddities ?? []), ...faults.oddities];
  return {
    findings: [
      ...deaths,
      ...stuck,
      ...findings,
      ...oddities.map((detail) => ({ wrong: 'oddity' as const, detail })),
    ],
    figures: {
      seconds: Math.round(turmoilMs / 1000),
      events: endSeq,
      heard: readers.reduce((sum, reader) => sum + reader.heard, 0),
      promised: promised(),
      operations: product?.acks.length ?? 0,
      views: (product?.glimpses.length ?? 0) + finals.length,
      cuts: sumOf('cuts'),
      halfOpen: sumOf('halfOpen'),
      stalls: sumOf('stalls'),
      switches: readers.reduce((sum, { switches }) => sum + switches, 0),
      lines: readers.reduce((sum, { lines }) => sum + lines, 0),
      resets: readers.reduce((sum, reader) => sum + reader.history().resets.length, 0),
      ...faults.tally,
      startP50Ms: median(seats.flatMap(({ startMs }) => startMs)),
    },
    complaints: seats.flatMap(({ complaints }) => complaints),
  };
}

const seconds = (sinceMs: number): number => Math.round((performance.now() - sinceMs) / 1000);
const median = (values: readonly number[]): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0);

/** The driver is not to ask the database about types: a cut connection would end the process. */
const textArray = {
  to: 1009,
  from: [1009],
  serialize: (value: string) => value,
  parse: (text: string) =>
    text
      .slice(1, -1)
      .split(',')
      .map((part) => part.replaceAll('"', '')),
};

async function countActive(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from operations where status in ('queued', 'running')`;
  return row?.count ?? 0;
}

async function readOperations(sql: Sql): Promise<OperationRow[]> {
  const rows = await sql<{ id: string; status: string; finished_at: Date | null }[]>`
    select id, status, finished_at from operations order by id`;
  return rows.map(({ id, status, finished_at }) => ({
    id,
    status,
    finishedAt: finished_at?.toISOString() ?? null,
  }));
}

/** Of lanes, that is: who watches, say, may go on watching. */
async function readHeldLeases(sql: Sql): Promise<string[]> {
  const rows = await sql<{ name: string; operation_id: string }[]>`
    select name, operation_id from leases where operation_id is not null`;
  const projects = await sql<{ slug: string }[]>`select slug from projects where sync_status = 'syncing'`;
  return [
    ...rows.map(({ name, operation_id }) => `${name} for ${operation_id}`),
    ...projects.map(({ slug }) => `project ${slug} is still syncing`),
  ];
}
