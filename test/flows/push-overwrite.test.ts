/** Overwriting on the wire: what is deleted, what survives, and what stops before anything is created (PU30 to PU36). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTree, openPushKit, typesOf, type Frame, type PushKit, type PushRun } from './push-kit.ts';
import { expectOneTruth, pushTo, readOperation } from './push-watch.ts';

let kit: PushKit;
let projects = 0;

beforeAll(async () => {
  kit = await openPushKit();
});

afterEach(() => {
  kit.fake.clearFaults();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const tree = createTree(1, 2, 1);

/** A project of its own, into which the tree was pushed and where somebody else keeps a bug. */
async function openPushedProject(): Promise<{ name: string; bug: number; ownedIds: readonly number[] }> {
  const name = `Contested ${(projects += 1)}`;
  const { items } = kit.fake.seed({
    projects: [{ name }],
    items: [{ project: name, type: 'Bug', title: 'Made by hand' }],
  });
  const run = await pushTo(kit, { epics: tree, project: name });
  expect(run.summary).toMatchObject({ total: 5, created: 5 });
  return { name, bug: items[0]!, ownedIds: idsOf(run) };
}

const idsOf = ({ frames }: PushRun) => frames.flatMap(({ data }) => (data.azureDevOpsId as number) ?? []);
const itemsOf = (name: string) => kit.fake.items().filter((item) => item.project === name);
const liveOf = (name: string) => itemsOf(name).filter(({ isDeleted }) => !isDeleted);
const framesOf = ({ frames }: { frames: readonly Frame[] }, prefix: string) =>
  frames.filter(({ event }) => event.startsWith(prefix));
const overwrite = (name: string, query: string) =>
  pushTo(kit, { epics: tree, project: name, query: `?overwrite=true${query}` });
const actsOf = async (action: string, id: string) =>
  (await kit.audit(action)).filter(({ entity_id }) => entity_id === id);

test('[PU31, PU36] without more words only our own items go, to the recycle bin, and come afresh', async () => {
  const { name, bug, ownedIds } = await openPushedProject();

  const run = await overwrite(name, '');

  expect(typesOf(run).slice(0, 5)).toEqual([
    'sync:started',
    'overwrite:started',
    'overwrite:deleting',
    'overwrite:progress',
    'overwrite:deleted',
  ]);
  expect(framesOf(run, 'overwrite:deleting')[0]?.data.count).toBe(5);
  expect(framesOf(run, 'overwrite:progress')[0]?.data).toMatchObject({
    deleted: 5,
    total: 5,
    currentChunk: 1,
    totalChunks: 1,
    failed: [],
  });
  expect(run.summary).toMatchObject({ total: 5, created: 5 });
  const binned = itemsOf(name).filter(({ isDeleted }) => isDeleted);
  expect(binned.map(({ id }) => id)).toEqual([...ownedIds].sort((a, b) => a - b));
  expect(liveOf(name).map(({ id }) => id)).toEqual([bug, ...idsOf(run)].sort((a, b) => a - b));
  expect(await kit.history(run.historyId)).toMatchObject({
    overwrite_mode: true,
    deletion_count: 5,
    status: 'completed',
  });
  expect(run.frames.at(-1)?.data.deleted).toBe(5);
  await expectOneTruth(kit, run.historyId, run.frames);
});

test('[PU31] items of another source survive', async () => {
  const { name, bug } = await openPushedProject();
  const other = await pushTo(kit, {
    epics: createTree(1, 0, 0),
    project: name,
    body: { sourceSystem: 'request' },
  });

  await overwrite(name, '');

  expect(other.summary).toMatchObject({ created: 1 });
  expect(liveOf(name).map(({ id }) => id)).toEqual(expect.arrayContaining([bug, ...idsOf(other)]));
});

test('[PU35] after an overwrite the same tree is unchanged', async () => {
  const { name } = await openPushedProject();
  await overwrite(name, '');

  const again = await pushTo(kit, { epics: tree, project: name });

  expect(again.summary).toMatchObject({ total: 5, unchanged: 5 });
});

test('[EV22] where there is nothing to delete, it says so and creates', async () => {
  const name = `Contested ${(projects += 1)}`;
  const { items } = kit.fake.seed({
    projects: [{ name }],
    items: [{ project: name, type: 'Bug', title: 'Made by hand' }],
  });

  const run = await overwrite(name, '');

  expect(framesOf(run, 'overwrite:').map(({ event }) => event)).toEqual([
    'overwrite:started',
    'overwrite:no-items',
  ]);
  expect(run.summary).toMatchObject({ created: 5 });
  expect(liveOf(name).map(({ id }) => id)).toContain(items[0]);
});

test.each<[what: string, query: (name: string) => string]>([
  ['the whole project without a confirmation', () => '&scope=project'],
  ['the whole project, confirmed by another name', () => '&scope=project&confirm=Another'],
  [
    'the whole project, confirmed in another case',
    (name) => `&scope=project&confirm=${encodeURIComponent(name.toUpperCase())}`,
  ],
  ['our own items for good, without a confirmation', () => '&destroy=true'],
  ['our own items for good, confirmed by another name', () => '&destroy=true&confirm=Another'],
])('[PU32, PU12] deleting %s is refused before anything begins', async (_what, query) => {
  const { name } = await openPushedProject();
  const before = kit.fake.snapshot();
  const records = await kit.server.json<{ pagination: { total: number } }>('/api/sync-history');

  const answer = await kit.server.request(
    'POST',
    `/api/azure-devops/projects/${encodeURIComponent(name)}/workitems?overwrite=true${query(name)}`,
    { epics: tree },
  );

  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ success: false, code: 'CONFIRMATION_REQUIRED' });
  expect(kit.fake.snapshot()).toBe(before);
  expect((await kit.server.json<typeof records>('/api/sync-history')).pagination.total).toBe(
    records.pagination.total,
  );
});

test.each(['scope=owned', 'confirm=Fabrikam', 'destroy=true'])(
  '[PU10] %s without overwrite=true is refused',
  async (word) => {
    const answer = await kit.send({ epics: tree }, `?${word}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ success: false, code: 'INVALID_PARAMETER' });
  },
);

test('[PU32] the whole project, confirmed by its exact name, is emptied into the recycle bin first', async () => {
  const { name, bug, ownedIds } = await openPushedProject();

  const run = await overwrite(name, `&scope=project&confirm=${encodeURIComponent(name)}`);

  expect(framesOf(run, 'overwrite:deleting')[0]?.data.count).toBe(6);
  const binned = itemsOf(name).filter(({ isDeleted }) => isDeleted);
  expect(binned.map(({ id }) => id).sort((a, b) => a - b)).toEqual([bug, ...ownedIds].sort((a, b) => a - b));
  expect(liveOf(name)).toHaveLength(5);
  expect(await kit.history(run.historyId)).toMatchObject({ deletion_count: 6 });
});

test('[PU32] confirmed destruction leaves nothing in the recycle bin', async () => {
  const { name, bug } = await openPushedProject();

  const run = await overwrite(name, `&destroy=true&confirm=${encodeURIComponent(name)}`);

  expect(run.summary).toMatchObject({ created: 5 });
  expect(itemsOf(name).filter(({ isDeleted }) => isDeleted)).toEqual([]);
  expect(liveOf(name).map(({ id }) => id)).toContain(bug);
  expect(liveOf(name)).toHaveLength(6);
});

test('[PU33] more than one call takes is deleted chunk by chunk, and counted', async () => {
  const name = `Contested ${(projects += 1)}`;
  kit.fake.seed({ projects: [{ name }], many: { count: 450, project: name } });

  const run = await overwrite(name, `&scope=project&confirm=${encodeURIComponent(name)}`);

  const progress = framesOf(run, 'overwrite:progress').map(({ data }) => data);
  expect(
    progress.map(({ deleted, currentChunk, totalChunks }) => [deleted, currentChunk, totalChunks]),
  ).toEqual([
    [200, 1, 3],
    [400, 2, 3],
    [450, 3, 3],
  ]);
  expect(framesOf(run, 'overwrite:deleted')[0]?.data.count).toBe(450);
  expect(await kit.history(run.historyId)).toMatchObject({ deletion_count: 450, items_created: 5 });
});

test('[PU34, PU33] one deletion that fails stops the push before anything is created', async () => {
  const { name, bug, ownedIds } = await openPushedProject();
  // The service does not delete test cases this way (AZ8).
  const { items } = kit.fake.seed({ items: [{ project: name, type: 'Test Case', title: 'Stays' }] });

  const run = await overwrite(name, `&scope=project&confirm=${encodeURIComponent(name)}`);

  expect(framesOf(run, 'overwrite:error')).toHaveLength(1);
  expect(
    typesOf(run)
      .filter((type) => !type.endsWith(':skipped'))
      .slice(-2),
  ).toEqual(['overwrite:error', 'sync:error']);
  expect(framesOf(run, 'overwrite:error')[0]?.data).toMatchObject({
    code: 'OVERWRITE_FAILED',
    error: expect.stringContaining(String(items[0])),
  });
  expect(run.frames.at(-1)?.data).toMatchObject({ code: 'OVERWRITE_FAILED', deleted: 6 });
  expect(run.summary).toMatchObject({ total: 5, created: 0, skipped: 5 });
  expect(liveOf(name).map(({ id }) => id)).toEqual(items);
  expect(
    itemsOf(name)
      .filter(({ isDeleted }) => isDeleted)
      .map(({ id }) => id),
  ).toEqual(expect.arrayContaining([bug, ...ownedIds]));

  const record = await kit.history(run.historyId);
  expect(record).toMatchObject({
    status: 'failed',
    outcome: 'failed',
    error_code: 'OVERWRITE_FAILED',
    deletion_count: 6,
    completed_at: expect.any(String),
    error_message: expect.stringContaining(String(items[0])),
  });
  expect(await readOperation(kit, String(record.operation_id))).toMatchObject({ status: 'failed' });
  const acts = await actsOf('sync_failed', run.historyId);
  expect(acts).toHaveLength(1);
  expect(acts[0]?.details).toMatchObject({ code: 'OVERWRITE_FAILED', counts: { deletion_count: 6 } });
  expect(await actsOf('sync_completed', run.historyId)).toEqual([]);
  await expectOneTruth(kit, run.historyId, run.frames);
});

test('[PU35, RC10] what a failed overwrite had deleted is created by the next push', async () => {
  const { name } = await openPushedProject();
  kit.fake.seed({ items: [{ project: name, type: 'Test Case', title: 'Stays' }] });
  await overwrite(name, `&scope=project&confirm=${encodeURIComponent(name)}`);

  const run = await pushTo(kit, { epics: tree, project: name });

  expect(run.summary).toMatchObject({ total: 5, created: 5 });
  expect(liveOf(name)).toHaveLength(6);
});

test('[PU30] a tree that cannot be planned deletes nothing', async () => {
  const { name } = await openPushedProject();
  const before = kit.fake.snapshot();
  kit.fake.addFault({ match: { kind: 'types' }, action: { kind: '403' }, count: 100 });

  const answer = kit.server.request(
    'POST',
    `/api/azure-devops/projects/${encodeURIComponent(name)}/workitems?overwrite=true`,
    { epics: tree },
  );

  expect(await (await answer).text()).toContain('event: sync:error');
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PU33] where deleting answers without a body, what is gone is counted', async () => {
  await using own = await openPushKit({ fake: { switches: { deleteManyAnswer: 204 } } });
  await own.push(tree);

  const run = await own.push(tree, '?overwrite=true');

  expect(run.summary).toMatchObject({ created: 5 });
  expect(await own.history(run.historyId)).toMatchObject({ deletion_count: 5, status: 'completed' });
});
