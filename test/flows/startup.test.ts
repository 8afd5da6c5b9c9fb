/** What a server does by itself after its start: first syncs, links later, each once and none in another's way. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { OperationRecord } from '../../shared/operations.ts';
import type { Health } from '../../shared/views/status.ts';
import { startTestServer } from '../support/server.ts';
import { createTree } from '../support/tree.ts';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

const quick = {
  SYNCLINE_STARTUP_SYNC: 'true',
  SYNCLINE_STARTUP_DELAY_MS: '0',
  SYNCLINE_STARTUP_DEFERRED_DELAY_MS: '50',
  // So that its next look at the queue is the only thing to wait for.
  SYNCLINE_RECONCILE_INTERVAL_S: '0',
};

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit(quick);
});
afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});
beforeEach(async () => {
  // What an earlier test has left must not start with the next.
  await kit.sql`delete from projects`;
});

/** A project that was synced before the server starts. */
async function addSynced(settings: Record<string, unknown> = {}): Promise<TestProject> {
  const project = await kit.addProject({ 'a.md': '# A\n' }, settings);
  await project.sync();
  return project;
}

const operationsOf = async ({ slug }: { slug: string }, server = kit.server): Promise<OperationRecord[]> => {
  const page = await server.json<{ items: OperationRecord[] }>(
    `/api/cache/operations?project=${slug}&limit=100`,
  );
  return page.items.toReversed();
};

/** What the start of the server began by itself; its watch may have begun more. */
const own = ['startup', 'startup_deferred', 'retry'];
const ownOf = async (project: { slug: string }, server = kit.server) =>
  (await operationsOf(project, server)).filter(({ trigger }) => own.includes(trigger));

const untilOwn = async (project: { slug: string }, count: number, server = kit.server) =>
  await until(`${count} operation(s) of ${project.slug} have ended`, async () => {
    const found = await ownOf(project, server);
    return found.length >= count && found.every(({ finishedAt }) => finishedAt !== null) ? found : undefined;
  });

const startupSync = async () => (await kit.server.json<Health>('/api/health')).startupSync;

test('[SU1] a known project gets a light sync, then its watch, and its links later', async () => {
  const project = await addSynced({ watch: true });

  await kit.server.restart();

  const [light, links] = await untilOwn(project, 2);
  expect(light).toMatchObject({
    kind: 'full_sync',
    trigger: 'startup',
    status: 'completed',
    metadata: { force: false, rebuildLinks: false, captureAnalytics: false },
  });
  expect(links).toMatchObject({
    kind: 'rebuild_links',
    trigger: 'startup_deferred',
    status: 'completed',
    metadata: { captureAnalytics: false },
  });
  expect(Date.parse(links!.queuedAt)).toBeGreaterThanOrEqual(Date.parse(light!.finishedAt!) + 50);
  await until('it is watched', async () => {
    const status = await kit.server.json<{ watcher: string }>(`/api/cache/status?project=${project.slug}`);
    return status.watcher === 'running';
  });
  await until('the start is done', async () => (await startupSync()) === 'done');
});

test('[SU1] what changed while the server was away is found', async () => {
  const project = await addSynced();
  await project.tree.write('b.md', '# B\n');

  await kit.server.restart();

  await untilOwn(project, 1);
  expect(await project.paths()).toEqual(['a.md', 'b.md']);
});

test('[SU3] a project that was never synced gets a whole first sync, and nothing is left for later', async () => {
  const never = await kit.addProject({ 'a.md': '# A\n' });
  const witness = await addSynced();
  await kit.sql`update projects set created_at = now() + interval '1 hour' where id = ${witness.id}`;

  await kit.server.restart();
  await untilOwn(witness, 2);

  expect(await ownOf(never)).toMatchObject([
    { kind: 'full_sync', trigger: 'startup', metadata: { rebuildLinks: true, captureAnalytics: true } },
  ]);
});

test('[SU3] so does a folder that is named on the command line, before all others', async () => {
  await using tree = await createTree({ 'a.md': '# A\n' });
  await using server = await startTestServer(quick, [tree.root]);
  const [{ slug } = { slug: '' }] = await server.json<{ slug: string }[]>('/api/v1/projects');

  const [first] = await untilOwn({ slug }, 1, server);
  await server.restart();
  const [, again] = await untilOwn({ slug }, 2, server);

  for (const sync of [first, again]) {
    expect(sync).toMatchObject({ kind: 'full_sync', trigger: 'startup', metadata: { rebuildLinks: true } });
  }
});

test.each([
  ['a rebuild of the links', '/api/cache/rebuild-links', {}],
  ['a full sync', '/api/cache/sync', { force: false }],
])('[SU4] %s that was asked for meanwhile satisfies the deferred one', async (_, path, body) => {
  const slow = await openSyncKit({ ...quick, SYNCLINE_STARTUP_DEFERRED_DELAY_MS: '1500' });
  await using _closing = slow;
  const asked = await slow.addProject({ 'a.md': '# A\n' });
  const witness = await slow.addProject({ 'a.md': '# A\n' });
  for (const project of [asked, witness]) await project.sync();

  await slow.server.restart();
  await untilOwn(asked, 1, slow.server);
  await slow.server.request('POST', path, { project: asked.slug, background: false, ...body });

  // Its light sync ended later, so its links are rebuilt later than those of the other would have been.
  await untilOwn(witness, 2, slow.server);
  expect((await ownOf(asked, slow.server)).map(({ trigger }) => trigger)).toEqual(['startup']);
});

test('[SU4] a start-up sync that fails is shown and tried once more after a minute; the others go on', async () => {
  const broken = await addSynced();
  const fine = await addSynced();
  await broken.tree.remove('.');

  await kit.server.restart();

  await untilOwn(fine, 2);
  const tries = await until('the second try waits', async () => {
    const found = await ownOf(broken);
    return found.length === 2 ? found : undefined;
  });
  const [failed, retry] = tries as [OperationRecord, OperationRecord];
  expect(failed).toMatchObject({ status: 'failed', errorCode: 'source_missing', trigger: 'startup' });
  expect(retry).toMatchObject({ status: 'queued', retryOf: failed.id, attempt: 2, trigger: 'retry' });
  expect(retry.waitingFor).toMatchObject({ reason: 'retry_delay' });
  expect(await startupSync()).toBe('failed');
  const [row] = await kit.sql<{ ms: number }[]>`
    select extract(epoch from not_before - queued_at) * 1000 as ms from operations where id = ${retry.id}`;
  expect(Number(row?.ms)).toBe(60_000);

  await broken.tree.write('a.md', '# A is back\n');
  await kit.sql`update operations set not_before = now() where id = ${retry.id}`;
  const ended = await untilOwn(broken, 3);
  expect(ended.map(({ status, trigger }) => [trigger, status])).toEqual([
    ['startup', 'failed'],
    ['retry', 'completed'],
    ['startup_deferred', 'completed'],
  ]);
});

async function activate({ sql }: SyncKit, { id }: TestProject): Promise<void> {
  await sql`update projects set active = false where active`;
  await sql`update projects set active = true where id = ${id}`;
}

test('[SU1] the active project comes first', async () => {
  const [first, second] = [await addSynced(), await addSynced()];
  const active = await addSynced();
  await activate(kit, active);

  await kit.server.restart();

  const started: OperationRecord[] = [];
  for (const project of [first, second, active]) started.push((await untilOwn(project, 1))[0]!);
  const bySlug = started.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ projectSlug }) => projectSlug);
  expect(bySlug).toEqual([active.slug, first.slug, second.slug]);
});

test.each([
  ['active', ['active']],
  ['watched', ['watched']],
])('[SU1] SYNCLINE_STARTUP_PROJECTS=%s chooses', async (choice, chosen) => {
  await using other = await openSyncKit({ ...quick, SYNCLINE_STARTUP_PROJECTS: choice });
  const projects = {
    active: await other.addProject({ 'a.md': '# A\n' }, { watch: false }),
    watched: await other.addProject({ 'a.md': '# A\n' }, { watch: true }),
    neither: await other.addProject({ 'a.md': '# A\n' }, { watch: false }),
  };
  for (const project of Object.values(projects)) await project.sync();
  await activate(other, projects.active);

  await other.server.restart();
  await until(
    'the start is done',
    async () => (await other.server.json<Health>('/api/health')).startupSync === 'done',
  );

  const started: string[] = [];
  for (const [name, project] of Object.entries(projects)) {
    if ((await ownOf(project, other.server)).length > 0) started.push(name);
  }
  expect(started).toEqual(chosen);
});

test('[SU1] with a whole sync wanted nothing is left for later', async () => {
  await using other = await openSyncKit({ ...quick, SYNCLINE_STARTUP_LIGHT: 'false' });
  const project = await other.addProject({ 'a.md': '# A\n' });
  await project.sync();

  await other.server.restart();

  const [sync] = await untilOwn(project, 1, other.server);
  expect(sync?.metadata).toMatchObject({ rebuildLinks: true, captureAnalytics: true });
});

test('[SU1] switched off, nothing is synced, and that is told', async () => {
  await using other = await openSyncKit();
  const project = await other.addProject({ 'a.md': '# A\n' }, { watch: true });
  await project.sync();

  await other.server.restart();
  await until('it is watched all the same', async () => {
    const status = await other.server.json<{ watcher: string }>(`/api/cache/status?project=${project.slug}`);
    return status.watcher === 'running';
  });

  expect(await ownOf(project, other.server)).toEqual([]);
  expect((await other.server.json<Health>('/api/health')).startupSync).toBe('idle');
});

test('[SU5] what another server has started within ten minutes is only watched', async () => {
  const taken = await addSynced({ watch: true });
  const free = await addSynced();
  const holder = 'another-machine/1/1';
  await kit.sql`delete from leases`;
  await kit.sql`insert into leases (name, token, owner, expires_at)
    values (${`span:startup:${taken.id}`}, 't', ${holder}, now() + interval '9 minutes')`;

  await kit.server.restart();
  await untilOwn(free, 1);
  await until('it is watched', async () => {
    const status = await kit.server.json<{ watcher: string }>(`/api/cache/status?project=${taken.slug}`);
    return status.watcher === 'running';
  });

  expect(await ownOf(taken)).toEqual([]);
});
