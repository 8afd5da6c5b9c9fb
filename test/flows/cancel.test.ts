/** Cancelling real syncs, held in one phase after the other by the git or the table they are waiting for (F18). */
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationRecord } from '../../shared/operations.ts';
import { createSlowGit, type SlowGit } from '../support/slow-git.ts';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let git: SlowGit;
let kit: SyncKit;

beforeAll(async () => {
  git = await createSlowGit();
  kit = await openSyncKit({ PATH: git.path });
});
afterEach(async () => {
  await git.open();
  // What still waits for git must not be caught by the gate of the next test.
  await until('nothing runs', async () => {
    const active = await kit.sql`select from operations where status in ('queued', 'running')`;
    return active.length === 0;
  });
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
});

const files = Object.fromEntries(
  Array.from({ length: 40 }, (_, n) => [`stories/US${1000 + n}-story.md`, `# Story ${n}\n`]),
);

async function addRepository(): Promise<TestProject> {
  const project = await kit.addProject(files);
  project.tree.git('init', '-q');
  return project;
}

const record = (id: string) => kit.server.json<OperationRecord>(`/api/cache/operations/${id}`);
const cancel = (id: string) => kit.server.request('POST', `/api/cache/operations/${id}/cancel`);

async function startSync(project: TestProject): Promise<string> {
  const answer = await kit.server.request('POST', '/api/cache/sync', { project: project.slug });
  return ((await answer.json()) as { operationId: string }).operationId;
}

/** Nobody can use the table so until it is let go. */
async function holdTable(table: string, mode: 'access exclusive' | 'share'): Promise<() => Promise<void>> {
  const client = postgres(kit.server.databaseUrl, { max: 1, onnotice: () => undefined });
  const held = withResolvers();
  const locked = withResolvers();
  const holding = client.begin(async (tx) => {
    await tx.unsafe(`lock table ${table} in ${mode} mode`);
    locked.resolve();
    await held.promise;
  });
  await locked.promise;
  return async () => {
    held.resolve();
    await holding;
    await client.end();
  };
}

function withResolvers() {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

const isIn = (phase: string, id: string) =>
  until(`${id} is in ${phase}`, async () => (await record(id)).phase === phase);

const holds: [phase: string, hold: () => Promise<() => Promise<void>>][] = [
  ['discover', () => holdTable('issues', 'access exclusive')],
  ['documents', () => holdTable('documents', 'share')],
  ['git-dates', async () => (await git.shut(), () => git.open())],
];

test.each(holds)(
  '[OP31, F18] in the phase %s a cancelled sync has ended within two seconds',
  async (phase, hold) => {
    const project = await addRepository();
    const letGo = await hold();
    try {
      const id = await startSync(project);
      await isIn(phase, id);
      const askedMs = performance.now();

      const [answer, again] = await Promise.all([cancel(id), cancel(id)]);
      const ended = await until('it has ended', async () => {
        const found = await record(id);
        return found.finishedAt === null ? undefined : found;
      });

      expect(performance.now() - askedMs).toBeLessThan(2_000);
      expect([answer.status, again.status]).toEqual([202, 202]);
      expect(ended).toMatchObject({ status: 'cancelled', errorCode: 'cancelled', phase });
      expect((await cancel(id)).status).toBe(409);
    } finally {
      await letGo();
    }

    const { body } = await project.sync();
    expect(body.operation).toMatchObject({ status: 'completed' });
    expect(await project.paths()).toEqual(Object.keys(files));
  },
);

test('[OP31, OP25] whoever waits for a cancelled sync is told, and so is its project', async () => {
  const project = await addRepository();
  await git.shut();
  const waiting = project.sync();
  const id = await until('it runs', async () => (await project.view()).last_operation_id ?? undefined);
  await isIn('git-dates', id);

  await cancel(id);

  const { status, body } = await waiting;
  expect(status).toBe(409);
  expect(body.error).toMatchObject({
    code: 'OPERATION_FAILED',
    details: { operationId: id, errorCode: 'cancelled', operation: { status: 'cancelled' } },
  });
  expect(await project.view()).toMatchObject({ sync_status: 'error', sync_error: 'Sync cancelled' });
});

test('[OP20, OP31] cancelled once, it is cancelled for all who joined it', async () => {
  const project = await addRepository();
  await git.shut();
  await isIn('git-dates', await startSync(project));
  const waiting = [project.sync({ force: true }), project.sync({ force: true })];
  const id = await until('one of them is queued', async () => {
    const page = await kit.server.json<{ items: OperationRecord[] }>(
      `/api/cache/operations?project=${project.slug}&status=queued`,
    );
    const [queued] = page.items;
    return (queued?.metadata.joined as unknown[] | undefined)?.length === 1 ? queued?.id : undefined;
  });

  await cancel(id);

  for (const { status, body } of await Promise.all(waiting)) {
    expect(status).toBe(409);
    expect(body.error.details.operationId).toBe(id);
  }
});

test.each(['running', 'queued', 'completed'])('[OP32] what is %s cannot be tried again', async (state) => {
  const project = await addRepository();
  let id = '';
  if (state === 'completed') id = (await project.sync()).body.operationId;
  else {
    await git.shut();
    const running = await startSync(project);
    await isIn('git-dates', running);
    id = state === 'running' ? running : await startSync(project);
  }

  const answer = await kit.server.request('POST', `/api/cache/operations/${id}/retry`);

  expect(answer.status).toBe(409);
  const code = state === 'completed' ? 'NOT_RETRYABLE' : 'STILL_RUNNING';
  expect(await answer.json()).toMatchObject({ error: { code } });
});

test('[OP32] a second try has the options of the first, and joins one that waits already', async () => {
  const project = await addRepository();
  await git.shut();
  const answer = await kit.server.request('POST', '/api/cache/sync', {
    project: project.slug,
    force: true,
    captureAnalytics: false,
    trigger: 'ops-panel',
  });
  const { operationId } = (await answer.json()) as { operationId: string };
  await isIn('git-dates', operationId);
  await cancel(operationId);
  await until('it has ended', async () => (await record(operationId)).finishedAt !== null);

  const retry = async () => {
    const response = await kit.server.request('POST', `/api/cache/operations/${operationId}/retry`);
    return (await response.json()) as { operationId: string; retryOf: string; coalesced: boolean };
  };
  const [first, second, third] = [await retry(), await retry(), await retry()];

  expect(first).toMatchObject({ coalesced: false, retryOf: operationId });
  // The first runs already, so the second is another one; the third shares it.
  expect(second.coalesced).toBe(false);
  expect(third).toMatchObject({ coalesced: true, operationId: second.operationId });
  expect(await record(first.operationId)).toMatchObject({
    attempt: 2,
    trigger: 'retry',
    retryOf: operationId,
    metadata: { force: true, captureAnalytics: false },
  });
  await git.open();
});

test('[PJ13] projects can be deleted while they are being written, over and over', async () => {
  for (let round = 0; round < 12; round += 1) {
    const project = await kit.addProject(files);
    const id = await startSync(project);
    // In the middle of it now and then, or just after its end.
    if (round % 2 === 1) await until('it has begun', async () => (await record(id)).status !== 'queued');

    const answer = await kit.server.request('DELETE', `/api/v1/projects/${project.slug}`);

    expect(answer.status).toBe(204);
    const ended = await record(id);
    expect(['cancelled', 'completed']).toContain(ended.status);
    expect(ended.projectSlug).toBe(project.slug);
    expect(await project.paths()).toEqual([]);
  }
});
