/** Projects while they are being synced: the sync is held in the middle, at its question to git. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createSlowGit, type SlowGit } from '../support/slow-git.ts';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let git: SlowGit;
let kit: SyncKit;

beforeAll(async () => {
  git = await createSlowGit();
  kit = await openSyncKit({ PATH: git.path });
});

afterEach(() => git.open());

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
});

const files = { 'a.md': '# A\n', 'b.md': '# B\n', 'c.md': '# C\n' };

/** A repository whose next sync stops half-way: its documents are written, its removals are not. */
async function addHeld(): Promise<{ project: TestProject; operationId: string }> {
  const project = await kit.addProject(files);
  project.tree.git('init', '-q');
  await project.sync();
  await project.tree.remove('b.md');
  await project.tree.write('new.md', '# New\n');
  const operationId = await hold(project);
  return { project, operationId };
}

async function hold(project: TestProject): Promise<string> {
  await git.shut();
  const answer = await kit.server.request('POST', `/api/v1/projects/${project.slug}/sync`);
  expect(answer.status).toBe(202);
  await until('the new document is visible', async () => (await project.paths()).includes('new.md'));
  return answer.headers.get('x-operation-id') ?? '';
}

const statusOf = async (operationId: string) =>
  (await kit.server.json<{ status: string }>(`/api/cache/operations/${operationId}`)).status;

test('[SY2] a trigger answers with its operation, which is there already', async () => {
  const project = await kit.addProject(files);
  project.tree.git('init', '-q');
  await git.shut();

  const answer = await kit.server.request('POST', `/api/v1/projects/${project.slug}/sync`, 'not even JSON');

  expect(answer.status).toBe(202);
  expect(await answer.json()).toEqual({
    slug: project.slug,
    sync_status: 'syncing',
    message: 'Sync started',
  });
  const id = answer.headers.get('x-operation-id');
  expect(answer.headers.get('location')).toBe(`/api/cache/operations/${id}`);
  const operation = await kit.server.json(`/api/cache/operations/${id}`);
  expect(operation).toMatchObject({ kind: 'full_sync', trigger: 'manual', projectSlug: project.slug });
});

test('[SY3, SY4] of many triggers at once exactly one is accepted, the others name it', async () => {
  const project = await kit.addProject(files);
  project.tree.git('init', '-q');
  await git.shut();

  const answers = await Promise.all(
    Array.from({ length: 8 }, () => kit.server.request('POST', `/api/v1/projects/${project.slug}/sync`)),
  );

  const accepted = answers.filter((answer) => answer.status === 202);
  expect(accepted).toHaveLength(1);
  const refused = answers.filter((answer) => answer.status === 409);
  expect(refused).toHaveLength(7);
  for (const answer of refused) {
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'SYNC_IN_PROGRESS',
        message: 'Sync already running for this project',
        details: {
          operation_id: accepted[0]?.headers.get('x-operation-id'),
          started_at: expect.stringMatching(/Z$/),
        },
      },
    });
  }
});

test('[SY10] documents are visible while the sync runs, and what is gone stays until its end', async () => {
  const { project, operationId } = await addHeld();

  expect(await statusOf(operationId)).toBe('running');
  expect(await project.paths()).toEqual(['a.md', 'b.md', 'c.md', 'new.md']);
  expect(await project.view()).toMatchObject({ sync_status: 'syncing', document_count: 4 });

  const before = await project.cursor();
  await git.open();
  await project.untilEvent('sync:complete', before);
  expect(await project.paths()).toEqual(['a.md', 'c.md', 'new.md']);
  const operation = await kit.server.json(`/api/cache/operations/${operationId}`);
  expect(operation).toMatchObject({
    stats: { documents_added: 1, documents_removed: 1 },
    counters: { documentsRemoved: 1 },
  });
});

test('[SY8, DX15] a cancelled sync keeps what it wrote and removes nothing', async () => {
  const { project, operationId } = await addHeld();
  const before = await project.cursor();

  await kit.server.request('POST', `/api/cache/operations/${operationId}/cancel`);
  await project.untilEvent('operation:cancelled', before);

  expect(await project.paths()).toEqual(['a.md', 'b.md', 'c.md', 'new.md']);
  expect(await project.view()).toMatchObject({ sync_status: 'error', sync_error: 'Sync cancelled' });
});

test('[PJ13] deleting a project that is syncing cancels the sync, which writes nothing afterwards', async () => {
  const { project, operationId } = await addHeld();
  const before = await project.cursor();

  const answer = await kit.server.request('DELETE', `/api/v1/projects/${project.slug}`);

  expect(answer.status).toBe(204);
  expect(await statusOf(operationId)).toBe('cancelled');
  await git.open();
  // The name is free at once, for a project of its own.
  const next = await kit.register(project.tree, { name: project.slug.replace('-', ' ') });
  expect(next.slug).toBe(project.slug);
  expect(next.id).not.toBe(project.id);
  await next.sync();
  expect(await project.paths()).toEqual([]);
  expect(await next.paths()).toEqual(['a.md', 'c.md', 'new.md']);
  const after = await next.eventsAfter(before);
  // It may have been between two phases when it was cancelled.
  const ofOld = after
    .filter((event) => event.projectId === project.id && event.type !== 'operation:phase')
    .map((event) => event.type);
  expect(ofOld.slice(0, -1).toSorted()).toEqual(['operation:cancelled', 'project:status', 'sync:error']);
  expect(ofOld.at(-1)).toBe('project:removed');
  expect(await statusOf(operationId)).toBe('cancelled');
});

test('[SY16] other paths restart the sync under the same status, before anything is removed', async () => {
  const project = await kit.addProject(
    { 'one/a.md': '# A\n', 'two/b.md': '# B\n' },
    { paths: { docs: ['one'] } },
  );
  project.tree.git('init', '-q');
  await project.sync();
  await project.tree.write('one/new.md', '# New\n');
  await git.shut();
  const first = await kit.server.request('POST', `/api/v1/projects/${project.slug}/sync`);
  await until('it has written', async () => (await project.paths()).includes('one/new.md'));
  const before = await project.cursor();

  const { status, body } = await project.put({ paths: { docs: ['two'] } });
  expect([status, body.sync_status]).toEqual([200, 'syncing']);
  await git.open();
  await project.untilEvent('sync:complete', before);

  expect(await statusOf(first.headers.get('x-operation-id') ?? '')).toBe('cancelled');
  expect(await project.paths()).toEqual(['two/b.md']);
  const states = (await project.eventsAfter(before)).flatMap((event) =>
    event.type === 'project:status' ? [event.data.to] : [],
  );
  expect(states).toEqual(['synced']);
});

test('[SY16] a rename does not disturb a running sync', async () => {
  const { project, operationId } = await addHeld();

  const { status } = await project.put({ name: `Renamed ${project.slug}` });

  expect(status).toBe(200);
  expect(await statusOf(operationId)).toBe('running');
  const before = await project.cursor();
  await git.open();
  await project.untilEvent('sync:complete', before);
});

test('[SY17] a batch that comes during a full sync follows it', async () => {
  const { project } = await addHeld();
  await project.tree.write('late.md', '# Late\n');
  const batch = project.syncPaths(['late.md']);
  await until('the batch waits', async () => {
    const { items } = await kit.server.json<{ items: { status: string }[] }>(
      `/api/cache/operations?project=${project.slug}&kind=sync_changed_files`,
    );
    return items.some((item) => item.status === 'queued');
  });

  await git.open();

  expect((await batch).body.stats.documents).toBe(1);
  expect(await project.paths()).toEqual(['a.md', 'c.md', 'late.md', 'new.md']);
});
