/** Commits that take many seconds: what was begun is done, nothing more is let in, and it ends by itself (F10). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Health } from '../../../shared/views/status.ts';
import { until } from '../../support/until.ts';
import { followWithSdk, namesIn, openOutageKit, type OutageKit } from './outage-kit.ts';

const commitSeconds = Number(process.env.COMMIT_SECONDS ?? '7');

let kit: OutageKit;

beforeAll(async () => {
  kit = await openOutageKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** What a deferred trigger does, Postgres does while it commits. */
const slowDown = async () => {
  await kit.sql.unsafe(`
    create function commit_slowly() returns trigger language plpgsql as $$ begin
      perform pg_sleep(${commitSeconds}); return null;
    end $$;
    create constraint trigger commit_slowly after update on journal_state deferrable initially deferred
      for each row execute function commit_slowly();`);
  return async () => {
    await kit.sql.unsafe('drop trigger commit_slowly on journal_state');
  };
};

const timed = async (work: () => Promise<Response>) => {
  const beganMs = performance.now();
  return { status: (await work()).status, tookMs: performance.now() - beganMs };
};

test('[F10] the first write takes as long as it takes, the next is told to come back, reading goes on', async () => {
  using reader = followWithSdk(kit.server.url);
  await until('it listens', () => reader.state().state === 'live');
  const speedUp = await slowDown();

  const first = kit.write();
  const health = () => kit.server.json<Health>('/api/health');
  await until('health says so', async () => (await health()).degraded[0]?.code === 'ingestion_paused');
  const second = await timed(() => kit.write());
  const read = await timed(() => kit.server.request('GET', `/api/v1/projects/${kit.slug}`));

  expect(second.status).toBe(503);
  expect(read.status).toBe(200);
  for (const { tookMs } of [second, read]) expect(tookMs).toBeLessThan(2_000);
  expect((await first).status).toBe(200);

  await speedUp();
  await until('writes are taken', async () => (await kit.write()).ok, {
    withinMs: commitSeconds * 2_000 + 5_000,
  });
  await until('all of it has come', () => namesIn(reader.events).at(-1) === kit.acknowledged.at(-1));
  expect(namesIn(reader.events)).toEqual(kit.acknowledged);
  expect((await health()).degraded).toEqual([]);
}, 60_000);
