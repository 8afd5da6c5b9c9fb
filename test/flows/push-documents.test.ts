/** Documents of a registered project as work items, from files on a disk to the fake and back (PU40 to PU43). */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PlanView, PushStarted } from '../../shared/views/push.ts';
import { createTree, type TestTree } from '../support/tree.ts';
import { until } from '../support/until.ts';
import {
  countTypes,
  openPushKit,
  project as adoProject,
  readRun,
  typesOf,
  type PushKit,
} from './push-kit.ts';

let kit: PushKit;
const trees: TestTree[] = [];

beforeAll(async () => {
  kit = await openPushKit();
});

afterEach(async () => {
  kit.fake.clearFaults();
  for (const tree of trees.splice(0)) await tree[Symbol.asyncDispose]();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

/** A document with a quoted header, as most corpora write them. */
const write = (id: string, title: string, header: Record<string, string>, body: string): string =>
  `# ${id}: ${title}\n\n${Object.entries(header)
    .map(([key, value]) => `> **${key}:** ${value}`)
    .join('\n')}\n\n${body}\n`;

const story = (title: string, header: Record<string, string> = { Epic: 'EP0001' }): string =>
  write(
    'US0001',
    title,
    { Status: 'In Progress', Points: '3', Priority: 'High', Tags: 'login, web', ...header },
    '## User Story\n\n**As a** clerk I want 2 < 3 & *more*.\n\n## Acceptance Criteria\n\n- [ ] The door opens',
  );

const small = {
  'epics/EP0001-login.md': write('EP0001', 'Login', { Status: 'Draft' }, 'Everybody logs in.'),
  'change-requests/CR0001-single-sign-on.md': write(
    'CR0001',
    'Single sign-on',
    { Status: 'Draft', Epic: 'EP0001' },
    'One password for all.',
  ),
  'stories/US0001-open-the-door.md': story('Open the door'),
  'stories/US0002-below-a-request.md': write(
    'US0002',
    'Ask the directory',
    { Status: 'Done', Epic: 'EP0001', 'Change Request': 'CR0001' },
    'As a clerk I am known.',
  ),
  'stories/US0003-alone.md': write('US0003', 'Alone', { Status: 'Draft' }, 'Nobody stands above me.'),
};

interface Documents {
  readonly slug: string;
  readonly id: string;
  readonly tree: TestTree;
  sync(): Promise<void>;
  post(body?: Record<string, unknown>, headers?: Record<string, string>): Promise<Response>;
  plan(body?: Record<string, unknown>): Promise<PlanView>;
}

let named = 0;

async function register(files: Readonly<Record<string, string>>): Promise<Documents> {
  const tree = await createTree(files);
  trees.push(tree);
  const answer = await kit.server.request('POST', '/api/v1/projects', {
    name: `Pushed ${(named += 1)}`,
    sdlc_path: tree.root,
  });
  const { slug, id } = (await answer.json()) as { slug: string; id: string };
  const post: Documents['post'] = (body = {}, headers = {}) =>
    kit.server.request('POST', `/api/v1/projects/${slug}/push`, { adoProject, ...body }, headers);
  return {
    slug,
    id,
    tree,
    post,
    async sync() {
      const synced = await kit.server.request('POST', '/api/cache/sync', {
        project: slug,
        background: false,
        force: false,
      });
      expect(synced.status).toBe(200);
    },
    async plan(body = {}) {
      const answer = await post({ dryRun: true, ...body });
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { data: PlanView }).data;
    },
  };
}

async function registerSynced(files: Readonly<Record<string, string>> = small): Promise<Documents> {
  const documents = await register(files);
  await documents.sync();
  return documents;
}

const streaming = { accept: 'text/event-stream' };

const refsOf = ({ id }: Documents, view: PlanView): string[] =>
  view.items.map(({ ardoqId, action }) => `${ardoqId.replace(`${id}:`, '')} ${action}`);

const endOf = async (historyId: string) =>
  await until(`the end of push ${historyId}`, async () => {
    const record = await kit.history(historyId);
    return ['completed', 'failed', 'cancelled'].includes(String(record.status)) && record;
  });

test('[PU40, PU41, PL2] a dry run plans each document in its place and leaves the target as it was', async () => {
  const documents = await registerSynced();
  const before = kit.fake.snapshot();

  const plan = await documents.plan();

  expect(refsOf(documents, plan)).toEqual([
    'EP0001 create',
    'CR0001 create',
    'US0002 create',
    'US0001 create',
    'US0003 create',
  ]);
  expect(plan.items.map(({ type }) => type)).toEqual([
    'Epic',
    'Feature',
    'User Story',
    'User Story',
    'User Story',
  ]);
  const parents = plan.items.map(({ parentArdoqId }) => parentArdoqId?.replace(`${documents.id}:`, ''));
  expect(parents).toEqual([undefined, 'EP0001', 'CR0001', 'EP0001', undefined]);
  expect(plan.warnings).toEqual([
    expect.objectContaining({ code: 'MISSING_PARENT', ardoqId: `${documents.id}:US0003` }),
  ]);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PU40, PU14] by default a push of documents answers where to look', async () => {
  const documents = await registerSynced();

  const answer = await documents.post();

  expect(answer.status).toBe(202);
  const { data } = (await answer.json()) as { data: PushStarted };
  expect(answer.headers.get('location')).toBe(`/api/sync-history/${data.syncHistoryId}`);
  expect(await endOf(data.syncHistoryId)).toMatchObject({
    status: 'completed',
    outcome: 'succeeded',
    source_type: 'documents',
    source_config_id: documents.slug,
    items_created: 5,
    epics_created: 1,
    features_created: 1,
    user_stories_created: 3,
  });
});

test('[PU40, PU43] as a stream each document becomes one work item with its own fields', async () => {
  const documents = await registerSynced();

  const run = await readRun(await documents.post({}, streaming));

  expect(typesOf(run)).toEqual([
    'sync:started',
    'epic:created',
    'feature:created',
    'userstory:created',
    'userstory:created',
    'userstory:created',
    'sync:complete',
  ]);
  const idOf = (ref: string) =>
    run.frames.find(({ data }) => data.ardoqId === `${documents.id}:${ref}`)?.data.azureDevOpsId;
  const itemOf = (ref: string) => kit.fake.items().find(({ id }) => id === idOf(ref));
  const door = itemOf('US0001');
  expect(door).toMatchObject({ title: 'US0001: Open the door', type: 'User Story', parent: idOf('EP0001') });
  expect(door?.fields).toMatchObject({
    'System.State': 'New',
    'Microsoft.VSTS.Scheduling.StoryPoints': 3,
    'Microsoft.VSTS.Common.Priority': 2,
  });
  expect(String(door?.fields['System.Tags']).split('; ').sort()).toEqual(['US0001', 'login', 'web']);
  const description = String(door?.fields['System.Description']);
  expect(description).toContain('I want 2 &lt; 3 &amp; <em>more</em>');
  expect(description).not.toMatch(/Status|Points|door opens/);
  expect(String(door?.fields['Microsoft.VSTS.Common.AcceptanceCriteria'])).toContain('The door opens');
  expect(itemOf('US0002')).toMatchObject({ type: 'User Story', parent: idOf('CR0001') });
  expect(itemOf('CR0001')).toMatchObject({ type: 'Feature', parent: idOf('EP0001') });
  expect(itemOf('US0003')).toMatchObject({ parent: null });
});

test('[PL4, RC10] one story edited in its file is exactly one update, of the field that changed', async () => {
  const documents = await registerSynced();
  await readRun(await documents.post({}, streaming));
  await documents.tree.write('stories/US0001-open-the-door.md', story('Open both doors'));
  await documents.sync();

  const plan = await documents.plan();
  const run = await readRun(await documents.post({}, streaming));

  expect(plan.summary).toMatchObject({ total: 5, create: 0, update: 1, unchanged: 4, blocked: 0 });
  expect(plan.items.find(({ action }) => action === 'update')).toMatchObject({
    ardoqId: `${documents.id}:US0001`,
    changes: [{ field: 'System.Title', from: 'US0001: Open the door', to: 'US0001: Open both doors' }],
  });
  expect(run.summary).toMatchObject({ created: 0, updated: 1, unchanged: 4 });
  expect(run.frames.find(({ event }) => event === 'userstory:updated')?.data).toMatchObject({
    name: 'US0001: Open both doors',
    changedFields: ['System.Title'],
  });
});

test('[PU41] a file that was moved and renamed is the same work item', async () => {
  const documents = await registerSynced();
  await readRun(await documents.post({}, streaming));
  await documents.tree.write('stories/later/readme.md', '# Later\n');
  await rename(
    join(documents.tree.root, 'stories/US0001-open-the-door.md'),
    join(documents.tree.root, 'stories/later/US0001-a-wholly-new-name.md'),
  );
  await documents.sync();
  kit.fake.clearRequests();

  const run = await readRun(await documents.post({}, streaming));

  expect(run.summary).toMatchObject({ total: 5, created: 0, updated: 0, unchanged: 5 });
  expect(kit.fake.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
});

test('[PU42] a document that is gone is told as a warning, and its work item stays', async () => {
  const documents = await registerSynced();
  await readRun(await documents.post({}, streaming));
  const before = kit.fake.snapshot();
  await documents.tree.remove('stories/US0001-open-the-door.md');
  await documents.sync();

  const plan = await documents.plan();
  const run = await readRun(await documents.post({}, streaming));

  const gone = expect.objectContaining({ code: 'source_gone', ardoqId: `${documents.id}:US0001` });
  expect(plan.warnings).toContainEqual(gone);
  expect(plan.summary).toMatchObject({ total: 4, unchanged: 4, delete: 0 });
  expect(run.frames.at(-1)?.data.warnings).toContainEqual(gone);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PU41, PL7] a ref id that two documents use blocks both, names their paths, and spares the others', async () => {
  const twice = 'stories/US0001-open-the-door-again.md';
  const documents = await registerSynced({ ...small, [twice]: story('Open the door again') });

  const plan = await documents.plan();
  const run = await readRun(await documents.post({}, streaming));

  const blocked = plan.items.filter(({ action }) => action === 'blocked');
  expect(blocked).toHaveLength(2);
  for (const { reason } of blocked) {
    expect(reason).toContain('stories/US0001-open-the-door.md');
    expect(reason).toContain(twice);
  }
  expect(run.summary).toMatchObject({ total: 6, created: 4, failed: 2 });
  expect(countTypes(run)).toMatchObject({ 'userstory:failed': 2, 'sync:complete': 1 });
});

test.each([
  ['by id, with what stands above it', { ids: ['us-0002'] }, ['EP0001', 'CR0001', 'US0002']],
  ['by epic', { epicIds: ['EP0001'] }, ['EP0001', 'CR0001', 'US0002', 'US0001']],
  ['by type', { types: ['epic'] }, ['EP0001']],
  ['by status', { statuses: ['in_progress'] }, ['EP0001', 'US0001']],
  ['without what is closed', { includeClosed: false }, ['EP0001', 'CR0001', 'US0001', 'US0003']],
])('[PU42] documents are chosen %s', async (_, filter, refs) => {
  const documents = await registerSynced();

  const plan = await documents.plan({ filter });

  expect(refsOf(documents, plan)).toEqual(refs.map((ref) => `${ref} create`));
});

test('[PU40] a push begun while the project syncs sees the files as they were saved', async () => {
  const documents = await registerSynced();
  await readRun(await documents.post({}, streaming));
  await documents.tree.write('stories/US0001-open-the-door.md', story('Open while syncing'));

  const sync = await kit.server.request('POST', '/api/cache/sync', {
    project: documents.slug,
    background: true,
    force: false,
  });
  const plan = await documents.plan();

  expect(sync.status).toBe(202);
  expect(plan.summary).toMatchObject({ update: 1, unchanged: 4 });
});

test('[PU40] an unknown slug is 404, a project that never synced 409, a foreign project is no target', async () => {
  const unsynced = await register({ 'readme.md': '# Nothing\n' });
  const body = { adoProject };

  const unknown = await kit.server.request('POST', '/api/v1/projects/no-such-project/push', body);
  const early = await unsynced.post();
  const synced = await registerSynced();
  const plan = await synced.plan();
  const other = await registerSynced({ 'epics/EP0001-other.md': write('EP0001', 'Other', {}, 'Text') });
  const foreign = await other.post({ connectionId: 'no-such-connection' });

  expect([unknown.status, await unknown.json()]).toEqual([
    404,
    expect.objectContaining({ success: false, code: expect.stringContaining('NOT_FOUND') as string }),
  ]);
  expect([early.status, await early.json()]).toEqual([
    409,
    expect.objectContaining({ success: false, code: 'NOT_INDEXED' }),
  ]);
  expect([foreign.status, await foreign.json()]).toEqual([
    404,
    expect.objectContaining({ success: false, code: 'NOT_FOUND' }),
  ]);
  expect(plan.summary.create).toBe(5);
});

test('[PL5] a plan of documents is applied as it was made', async () => {
  const documents = await registerSynced();
  const plan = await documents.plan({ filter: { ids: ['US0001'] } });

  const run = await readRun(await documents.post({ planId: plan.planId }, streaming));

  expect(run.summary).toMatchObject({ total: 2, created: 2 });
  expect(await kit.history(run.historyId)).toMatchObject({ plan_id: plan.planId, source_type: 'documents' });
});

test.each(['scope', 'confirm', 'destroy'])(
  '[PU40, PU10] "%s" without overwriting is refused',
  async (name) => {
    const documents = await registerSynced();

    const answer = await documents.post({
      [name]: { scope: 'owned', confirm: adoProject, destroy: true }[name],
    });

    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({
        code: 'INVALID_PARAMETER',
        details: [expect.objectContaining({ path: name })],
      }),
    ]);
  },
);

test('[PU7, PU40] a filter may name many documents: the body of a push is read up to 10 MiB', async () => {
  const documents = await registerSynced();
  const ids = Array.from({ length: 15_000 }, (_, index) => `US${index}`.padEnd(100, 'x'));

  const plan = await documents.plan({ filter: { ids: [...ids, 'EP0001'] } });

  expect(refsOf(documents, plan)).toEqual(['EP0001 create']);
});
