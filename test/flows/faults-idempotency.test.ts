/** One Idempotency-Key twice, while the first is being answered, and with another body (F19). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSlowGit, type SlowGit } from '../support/slow-git.ts';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let git: SlowGit;
let kit: SyncKit;
let project: TestProject;

beforeAll(async () => {
  git = await createSlowGit();
  kit = await openSyncKit({ PATH: git.path });
  project = await kit.addProject({ 'a.md': '# A\n' });
  project.tree.git('init', '-q');
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

const ask = (key: string, body: object = {}, path = '/api/cache/sync') =>
  kit.server.request('POST', path, { project: project.slug, ...body }, { 'idempotency-key': key });

const count = async () => {
  const [row] = await kit.sql<{ count: number }[]>`select count(*)::int as count from operations`;
  return row?.count ?? 0;
};

test('[OP28] in flight, the second is told so, and which operation it is', async () => {
  await git.shut();
  const first = ask('in-flight', { background: false, force: true });
  const id = await until('the first runs', async () => {
    const { status, last_operation_id } = await project
      .view()
      .then((view) => ({ ...view, status: view.sync_status }));
    return status === 'syncing' ? (last_operation_id ?? undefined) : undefined;
  });
  const before = await count();

  const second = await ask('in-flight', { background: false, force: true });

  expect(second.status).toBe(409);
  expect(await second.json()).toMatchObject({
    error: { code: 'IDEMPOTENCY_IN_FLIGHT', details: { operationId: id } },
  });
  expect(await count()).toBe(before);
  await git.open();
  expect((await first).status).toBe(200);
  const third = await ask('in-flight', { background: false, force: true });
  expect([third.status, third.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  expect(await third.json()).toMatchObject({ operationId: id });
});

test('[OP28] the answer is kept over a restart, for every trigger', async () => {
  for (const path of ['/api/cache/sync', '/api/cache/rebuild-links', '/api/cache/rescan']) {
    const first = (await (await ask('kept', {}, path)).json()) as { operationId: string };
    await until('it has ended', async () => {
      const { status } = await kit.server.json<{ status: string }>(
        `/api/cache/operations/${first.operationId}`,
      );
      return status === 'completed';
    });
    await kit.server.restart();

    const again = await ask('kept', {}, path);

    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await again.json()).toMatchObject({ operationId: first.operationId });
  }
});

test('[OP28] with another body the key is refused, and nothing is started', async () => {
  await ask('once');
  const before = await count();

  const other = await ask('once', { force: false });

  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ error: { code: 'IDEMPOTENCY_MISMATCH' } });
  expect(await count()).toBe(before);
});

test('[OP28] a refusal is not kept: the key is good for the corrected request', async () => {
  const refused = await ask('corrected', { trigger: 'Not A Label' });
  const corrected = await ask('corrected', { trigger: 'a-label' });

  expect([refused.status, corrected.status]).toEqual([422, 202]);
});
