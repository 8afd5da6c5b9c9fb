/** The database goes away for a while, or another one takes its place: readiness says so, nothing is lost (F11). */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import {
  faces,
  followWithSdk,
  namesIn,
  openOutageKit,
  type Face,
  type OutageKit,
  type SdkReader,
} from './outage-kit.ts';

/** `AWAY_SECONDS=60` for the whole of it. */
const awaySeconds = Number(process.env.AWAY_SECONDS ?? '3');

let kit: OutageKit;
let readers: SdkReader[];

beforeAll(async () => {
  kit = await openOutageKit();
  readers = (Object.keys(faces) as Face[]).map((face) => followWithSdk(kit.server.url, { face }));
  await until('all are live', () => readers.every((reader) => reader.state().state === 'live'));
});
afterAll(async () => {
  for (const reader of readers) reader[Symbol.dispose]();
  await kit[Symbol.asyncDispose]();
});

const probe = async () => {
  const [ready, live] = await Promise.all(
    ['/readyz', '/livez'].map((path) => kit.server.request('GET', path)),
  );
  return [ready!.status, live!.status];
};

/** Every write that was answered with success is heard once, in order, by all; nobody had to start over. */
async function expectNothingLost(): Promise<void> {
  for (const reader of readers) {
    await until('all of it has come', () => namesIn(reader.events).at(-1) === kit.acknowledged.at(-1), {
      withinMs: 30_000,
    });
    const names = namesIn(reader.events);
    expect(names.filter((name) => kit.acknowledged.includes(name))).toEqual(kit.acknowledged);
    // A write whose answer was lost may have been made; never twice.
    expect(new Set(names).size).toBe(names.length);
    expect(reader.resets).toEqual([]);
  }
}

describe.each(['refuse', 'hang'] as const)('a database that would %s', (mode) => {
  test('[F11] readiness false, liveness true, no loss, and it catches up by itself', async () => {
    await kit.write();
    await kit.proxy.set(mode);
    const endMs = performance.now() + awaySeconds * 1000;

    const pending = kit.write();
    await until('readiness is false', async () => (await probe())[0] === 503);
    expect(await probe()).toEqual([503, 200]);
    while (performance.now() < endMs) {
      await wait(200);
      expect((await probe())[1]).toBe(200);
    }
    await kit.proxy.set('pass');

    expect([200, 503]).toContain((await pending).status);
    await until('readiness is true', async () => (await probe())[0] === 200);
    await until('a write is taken', async () => (await kit.write()).ok);
    await expectNothingLost();
  }, 120_000);
});

/** In milliseconds, of an event that another server has written. */
async function timeUntilHeard(): Promise<number> {
  const countOf = ({ events }: SdkReader) =>
    events.filter(({ type }) => type === 'reconcile:completed').length;
  const before = readers.map(countOf);
  const beganMs = performance.now();
  await appendOutside(kit.sql, 1);
  await until('it is heard', () => readers.every((reader, at) => countOf(reader) > before[at]!));
  return performance.now() - beganMs;
}

test('[F11] the connection that listens is cut: what another server writes is still heard at once', async () => {
  const findListener = async () => {
    const [found] = await kit.sql<{ pid: number }[]>`
      select pid from pg_stat_activity where datname = current_database() and query ilike 'listen%'`;
    return found?.pid;
  };
  const pid = await until('it listens', findListener);
  await kit.sql`select pg_terminate_backend(${pid})`;
  await until('it listens again', async () => ((await findListener()) ?? pid) !== pid);

  const times: number[] = [];
  while (times.length < 5) times.push(await timeUntilHeard());
  // Without the notification it would be the slow look, once a second: half of one on average.
  expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(300);
});

test('[F11] every connection is cut at once, as by a failover, in the middle of writes', async () => {
  const writing = Promise.all(Array.from({ length: 20 }, () => kit.write()));
  await kit.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
  const statuses = new Set((await writing).map(({ status }) => status));

  expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  await until('a write is taken', async () => (await kit.write()).ok);
  await until('the last has come', () =>
    readers.every(({ events }) => namesIn(events).at(-1) === kit.acknowledged.at(-1)),
  );
  // Twenty at once: the order of their answers is not the order of their commits.
  for (const reader of readers) {
    const names = namesIn(reader.events);
    expect(names.length).toBe(new Set(names).size);
    for (const name of kit.acknowledged) expect(names).toContain(name);
    expect(reader.resets).toEqual([]);
  }
});
