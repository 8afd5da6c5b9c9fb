/** Clients behind a load balancer, two servers, one Postgres: whoever is killed, every reader goes on where it was. */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { openReader, transports, type Reader, type Transport } from '../delivery/readers.ts';
import { many, removed } from '../delivery/drafts.ts';
import { openBalancer } from '../support/balancer.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTree } from '../support/tree.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let first: ServerProcess;
let second: ServerProcess;
let writer: Database;
let journal: Journal;

beforeAll(async () => {
  database = await createTestDatabase();
  [first, second] = await Promise.all([startServerProcess(database.url), startServerProcess(database.url)]);
  writer = openDatabase(database.url);
  journal = await openJournal(writer.db, systemClock);
}, 120_000);
afterAll(async () => {
  await Promise.all([first, second].map((server) => server[Symbol.asyncDispose]()));
  await writer[Symbol.asyncDispose]();
  await database.drop();
});

interface Follower {
  readonly transport: Transport;
  readonly seqs: number[];
  readonly resets: string[];
  /** Over how many connections it came. */
  lines: number;
  readonly stop: () => Promise<void>;
}

/** What was written, by whomever: servers have something of their own to tell now and then. */
async function seqsAfter(head: number): Promise<number[]> {
  const rows = await writer.client<{ seq: number }[]>`
    select seq::int from journal where seq > ${head} order by seq`;
  return rows.map(({ seq }) => seq);
}

/** Each heard all of it, once and in order, without a reset. */
async function expectAllHeard(followers: readonly Follower[], head: number, appended: number): Promise<void> {
  const written = await seqsAfter(head);
  await until('all have it', () => followers.every(({ seqs }) => (seqs.at(-1) ?? 0) >= written.at(-1)!), {
    withinMs: 30_000,
  });
  await Promise.all(followers.map((follower) => follower.stop()));
  expect(written.length).toBeGreaterThanOrEqual(appended);
  for (const { seqs, resets } of followers) {
    expect(seqs.slice(0, written.length)).toEqual(written);
    expect(resets).toEqual([]);
  }
}

/** A client that connects again, at the same address, from the last event it has seen. */
function follow(transport: Transport, url: string, after: string): Follower {
  let isOver = false;
  let line: Reader | null = null;
  let cursor = after;
  const follower = {
    transport,
    seqs: [] as number[],
    resets: [] as string[],
    lines: 0,
    async stop() {
      isOver = true;
      line?.close();
      await running;
    },
  };
  const take = (reader: Reader) => {
    follower.seqs.push(...reader.events.splice(0).map((event) => event.seq));
    follower.resets.push(...reader.greetings.splice(0).flatMap(({ reset }) => reset ?? []));
    cursor = reader.cursor ?? cursor;
  };
  const running = (async () => {
    while (!isOver) {
      const reader = await openReader(transport, url, { after: cursor });
      line = reader;
      follower.lines += 1;
      await until('the line ends', () => (take(reader), reader.isClosed || isOver), { withinMs: 60_000 });
      take(reader);
      reader.close();
    }
  })();
  return follower;
}

test.each(transports)('[EV4] %s at one server hears what another has committed', async (transport) => {
  const { epoch, head } = await journal.position();
  const [here, there] = await Promise.all(
    [first, second].map((server) => openReader(transport, server.url, { after: `${epoch}-${head}` })),
  );

  await using tree = await createTree({ 'a.md': '# A\n' });
  const body = { name: `Elsewhere ${transport}`, sdlc_path: tree.root, watch: false };
  const answer = await first.request('POST', '/api/v1/projects', body);

  expect(answer.status).toBe(201);
  const registered = (reader: Reader) => reader.events.find(({ type }) => type === 'project:registered')?.id;
  await until('both are told', () => registered(here!) !== undefined && registered(there!) !== undefined);
  expect(registered(there!)).toBe(registered(here!));
  here!.close();
  there!.close();
});

test('[EV4] an event whose notification is lost is heard all the same, by servers that look', async () => {
  const { epoch, head } = await journal.position();
  const readers = await Promise.all(
    [first, second].map((server) => openReader('sse', server.url, { after: `${epoch}-${head}` })),
  );
  const sql = postgres(database.url, { max: 1, onnotice: () => undefined });

  // What `append` writes, without telling anybody.
  const { type, topic, data } = removed('unheard');
  const seq = await sql.begin(async (tx) => {
    const [state] = await tx`update journal_state set head = head + 1 returning head`;
    await tx`insert into journal (seq, type, at, topic, data)
      values (${state?.head}, ${type}, now(), ${[...topic]}, ${tx.json(data)})`;
    return Number(state?.head);
  });
  await sql.end({ timeout: 1 });

  // The servers may have something of their own to tell as well.
  const isHeard = ({ events }: Reader) => events.some((event) => event.seq === seq && event.type === type);
  await until('both have heard', () => readers.every(isHeard), { withinMs: 5_000 });
  for (const reader of readers) reader.close();
});

test('[F23, LAW1] readers of a killed server go on at the other: no event lost, repeated, or out of order, and no reset', async () => {
  await using balancer = await openBalancer([first.url, second.url]);
  const { epoch, head } = await journal.position();
  const all = [...transports, ...transports];
  const followers = all.map((transport) => follow(transport, balancer.url, `${epoch}-${head}`));
  await journal.append(many(20));
  await until('everybody hears', () => followers.every(({ seqs }) => seqs.length >= 20));
  const lines = followers.map((follower) => follower.lines);

  for (let burst = 0; burst < 10; burst += 1) {
    await journal.append(many(20));
    if (burst === 4) await first.kill();
  }

  await expectAllHeard(followers, head, 220);
  // Somebody was with the one that was killed.
  expect(followers.some((follower, index) => follower.lines > lines[index]!)).toBe(true);
}, 90_000);

test('[SS5, F21] a server that stops sends its readers away with a bye, and they go on at the other', async () => {
  await using third = await startServerProcess(database.url);
  await using balancer = await openBalancer([third.url, second.url]);
  const { epoch, head } = await journal.position();
  const followers = [1, 2, 3, 4].map(() => follow('sse', balancer.url, `${epoch}-${head}`));
  await journal.append(many(10));
  await until('everybody hears', () => followers.every(({ seqs }) => seqs.length >= 10));

  const [code] = await Promise.all([third.stop(), journal.append(many(10))]);
  await journal.append(many(10));

  expect(code).toBe(0);
  await expectAllHeard(followers, head, 30);
  expect(balancer.given.every((count) => count > 0)).toBe(true);
}, 90_000);
