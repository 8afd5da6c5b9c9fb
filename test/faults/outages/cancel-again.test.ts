/** Cancelled twice, by many, at the end and after it: stable answers, one terminal event, in two seconds (F18; by phase: flows/cancel). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { EventPage } from '../../../shared/api/events.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { until } from '../../support/until.ts';
import { openOutageKit, type OutageKit } from './outage-kit.ts';

let git: SlowGit;
let kit: OutageKit;

beforeAll(async () => {
  git = await createSlowGit();
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`docs/d${n}.md`, `# ${n}\n`]));
  kit = await openOutageKit({ PATH: git.path }, files);
  kit.tree.git('init', '-q');
});
afterEach(() => git.open());
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
});

const record = (id: string) => kit.server.json<OperationRecord>(`/api/cache/operations/${id}`);
const cancel = (id: string) => kit.server.request('POST', `/api/cache/operations/${id}/cancel`);
const ended = (id: string) =>
  until(`${id} has ended`, async () => ((await record(id)).finishedAt === null ? undefined : record(id)));

async function start(): Promise<string> {
  const answer = await kit.server.request('POST', '/api/cache/sync', { project: kit.slug, force: true });
  return ((await answer.json()) as { operationId: string }).operationId;
}

async function endsOf(id: string): Promise<string[]> {
  const { events } = await kit.server.json<EventPage>(`/api/cache/operations/${id}/events?limit=1000`);
  return events
    .map(({ type }) => type)
    .filter((type) => /^operation:(completed|failed|cancelled)$/.test(type));
}

test('[F18, OP31, LAW3] ten ask at once in the middle: each is 202, it ends once within two seconds, and stays so', async () => {
  await git.shut();
  const id = await start();
  await until('it asks git', async () => (await record(id)).phase === 'git-dates');
  const askedMs = performance.now();

  const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(id)));
  const end = await ended(id);

  expect(performance.now() - askedMs).toBeLessThan(2_000);
  // Who comes when it is over already is told that.
  expect(answers.map(({ status }) => status).filter((status) => status !== 202 && status !== 409)).toEqual(
    [],
  );
  expect(answers[0]!.status).toBe(202);
  expect(end).toMatchObject({ status: 'cancelled', errorCode: 'cancelled' });
  await git.open();
  for (let again = 0; again < 2; again++) {
    const late = await cancel(id);
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      error: { code: 'OPERATION_FINISHED', details: { status: 'cancelled', finishedAt: end.finishedAt } },
    });
  }
  expect(await endsOf(id)).toEqual(['operation:cancelled']);
});

test('[F18, OP31] while it waits for its turn it is cancelled on the spot', async () => {
  await git.shut();
  const running = await start();
  await until('it asks git', async () => (await record(running)).phase === 'git-dates');
  const waiting = await start();

  expect((await cancel(waiting)).status).toBe(202);

  expect(await record(waiting)).toMatchObject({ status: 'cancelled' });
  expect(await endsOf(waiting)).toEqual(['operation:cancelled']);
  await git.open();
  expect(await ended(running)).toMatchObject({ status: 'completed' });
});

test('[F18, LAW3] at the moment of its natural end either wins, and record, event and answer agree', async () => {
  for (let round = 0; round < 6; round++) {
    const id = await start();
    await until('it is under way', async () => {
      const { phase, status } = await record(id);
      return status !== 'queued' && (phase !== 'queued' || status !== 'running');
    });
    const answer = await cancel(id);
    const { status } = await ended(id);

    expect([202, 409]).toContain(answer.status);
    if (answer.status === 409) expect(status).toBe('completed');
    expect(await endsOf(id)).toEqual([`operation:${status}`]);
  }
});
