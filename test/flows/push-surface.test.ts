/** What a push answers before it begins, who waits for whom, and trying again (PU10 to PU14, PU17, PU21). */
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PushStarted } from '../../shared/views/push.ts';
import { until } from '../support/until.ts';
import {
  createTree,
  openPushKit,
  project,
  readRun,
  toFrames,
  typesOf,
  type PushKit,
  type TreeNode,
} from './push-kit.ts';

let kit: PushKit;
let sql: postgres.Sql;

beforeAll(async () => {
  kit = await openPushKit();
  sql = postgres(kit.server.databaseUrl, { max: 1, onnotice: () => undefined });
});

afterEach(() => kit.fake.clearFaults());

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await kit[Symbol.asyncDispose]();
});

interface Failed {
  readonly success: false;
  readonly error: string;
  readonly code: string;
  readonly details: unknown;
}

const pathsOf = ({ details }: Failed): string[] =>
  (details as readonly { readonly path: string }[]).map(({ path }) => path);

const async = { prefer: 'respond-async' };

let named = 0;

/** A tree no other test has pushed: an epic, a feature below it and a story below that. */
function branch(): { epics: TreeNode[]; epic: TreeNode; feature: TreeNode; story: TreeNode } {
  const name = `branch${(named += 1)}`;
  const story: TreeNode = { _id: `${name}-s`, name: `Story of ${name}`, type: 'User Story' };
  const feature: TreeNode = {
    _id: `${name}-f`,
    name: `Feature of ${name}`,
    type: 'Feature',
    children: [story],
  };
  const epic: TreeNode = { _id: `${name}-e`, name: `Epic of ${name}`, type: 'Epic', children: [feature] };
  return { epics: [epic], epic, feature, story };
}

const at = (adoProject: string, query = '') =>
  `/api/azure-devops/projects/${encodeURIComponent(adoProject)}/workitems${query}`;

async function refusal(answer: Response): Promise<[number, Failed]> {
  return [answer.status, (await answer.json()) as Failed];
}

async function begin(body: unknown, query = '', headers: Record<string, string> = {}): Promise<PushStarted> {
  const answer = await kit.send(body, query, { ...async, ...headers });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { data: PushStarted }).data;
}

const statusOf = async (id: string) => String((await kit.history(id)).status);

const end = (id: string) =>
  until(`the end of push ${id}`, async () => {
    const record = await kit.history(id);
    return ['completed', 'failed', 'cancelled'].includes(String(record.status)) && record;
  });

const cancel = (id: string) => kit.server.request('POST', `/api/sync-history/${id}/cancel`);

const retry = (id: string, only?: string) =>
  kit.server.request('POST', `/api/sync-history/${id}/retry`, only === undefined ? {} : { only });

async function firstEvent(id: string) {
  const json = { accept: 'application/json' };
  const answer = await kit.server.request('GET', `/api/sync-history/${id}/events`, undefined, json);
  type Event = { readonly type: string; readonly data: Record<string, unknown> };
  return ((await answer.json()) as { data: { events: Event[] } }).data.events[0];
}

/** A push that keeps the lane of the target for so long. */
async function holdLane(ms = 2000): Promise<PushStarted> {
  const { epics, epic } = branch();
  kit.fake.addFault({ match: { kind: 'create', title: epic.name }, action: { kind: 'slow', ms } });
  const started = await begin({ epics });
  await until('it holds the lane', async () => (await statusOf(started.syncHistoryId)) === 'in_progress');
  return started;
}

async function countPushes(): Promise<number> {
  const [row] = await sql<{ count: number }[]>`select count(*)::integer as count from push_jobs`;
  return row?.count ?? 0;
}

test.each([
  ['without a source', {}, 'body'],
  ['with two sources', { epics: createTree(1, 0, 0), planId: 'p' }, 'body'],
  ['with three sources', { epics: [], planId: 'p', source: { kind: 'ardoq', workspaceId: 'w' } }, 'body'],
  ['with an empty tree', { epics: [] }, 'epics'],
  ['with a tree that is no list', { epics: {} }, 'epics'],
  ['with a source of an unknown kind', { source: { kind: 'jira', workspaceId: 'w' } }, 'source.kind'],
])('[PU10, PU12] a push %s is refused before it begins and leaves no record', async (_, body, path) => {
  const before = await countPushes();

  const [status, refused] = await refusal(await kit.send(body));

  expect(status).toBe(400);
  expect(refused).toMatchObject({ success: false, code: 'VALIDATION_FAILED' });
  expect(pathsOf(refused)[0]).toBe(path);
  expect(await countPushes()).toBe(before);
});

test('[PU11] every offender of a tree is named by its path', async () => {
  const epics = [
    { _id: 'a', name: 'A', type: 'epic' },
    { _id: 'b', name: 'B', type: 'Epic', children: [{ _id: 'a2', name: 'A', type: 'Epic' }] },
    { _id: 'c', name: 7, type: 'Epic', children: [{ _id: 'b', name: 'Twice', type: 'Feature' }] },
    { _id: '', name: 'D', type: 'Epic', description: 1, children: [{ _id: 'd1', name: 'D', type: 'Task' }] },
    { _id: 'e', name: 'E', type: 'User Story' },
  ];

  const [status, refused] = await refusal(await kit.send({ epics }));

  expect([status, refused.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(pathsOf(refused)).toEqual([
    'epics[0].type',
    'epics[1].children[0].type',
    'epics[2].name',
    'epics[2].children[0]._id',
    'epics[3]._id',
    'epics[3].description',
    'epics[3].children[0].type',
    'epics[4].type',
  ]);
});

test('[PU11] at most fifty offenders are told', async () => {
  const epics = Array.from({ length: 80 }, (_, index) => ({ _id: `x${index}`, name: 'X', type: 'Bug' }));

  const [, refused] = await refusal(await kit.send({ epics }));

  expect(refused.details).toHaveLength(50);
});

test('[PU11] a blank name becomes "Untitled", with a warning in the last frame', async () => {
  const { epics, epic } = branch();
  epic.name = '   ';

  const run = await kit.push(epics);

  expect(run.summary).toMatchObject({ created: 3, failed: 0 });
  expect(run.frames.find(({ event }) => event === 'epic:created')?.data.name).toBe('Untitled');
  expect(run.frames.at(-1)?.data.warnings).toContainEqual(
    expect.objectContaining({ ardoqId: epic._id, message: expect.stringContaining('Untitled') as string }),
  );
});

test('[PU7, PU1] a body over 10 MiB is refused, one just below it is read', async () => {
  const [tooBig, refused] = await refusal(
    await kit.send(`{"epics":[],"padding":"${'x'.repeat(10_485_760)}"}`),
  );
  const [read, empty] = await refusal(await kit.send(`{"epics":[],"padding":"${'x'.repeat(10_485_000)}"}`));
  const [malformed, text] = await refusal(await kit.send('{"epics":['));

  expect([tooBig, refused.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  expect([read, empty.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect([malformed, text.code]).toEqual([400, 'INVALID_JSON']);
});

test.each([
  ['scope', '?scope=owned'],
  ['confirm', '?confirm=Fabrikam'],
  ['destroy', '?destroy=true'],
  ['scope', '?overwrite=false&scope=project'],
])('[PU10] "%s" without overwriting is refused: %s', async (name, query) => {
  const [status, refused] = await refusal(await kit.send({ epics: createTree(1, 0, 0) }, query));

  expect([status, refused.code]).toEqual([400, 'INVALID_PARAMETER']);
  expect(pathsOf(refused)).toContain(`query.${name}`);
});

test('[PU10, PU12] a connection that is unknown, untested or not there is told before anything begins', async () => {
  await using other = await openPushKit();
  const { configId, server } = other;
  const body = { epics: createTree(1, 0, 0) };
  await server.request('PUT', `/api/azure-devops/configurations/${configId}`, { patToken: 'wrong-pat' });

  const unknown = await refusal(await other.send(body, '?configId=no-such-connection'));
  const malformed = await refusal(await other.send(body, '?configId=no%20such'));
  const untested = await refusal(await other.send(body, `?configId=${configId}`));
  const none = await refusal(await other.send(body));
  const history = await server.json<{ pagination: { total: number } }>('/api/sync-history');

  expect(unknown).toEqual([404, expect.objectContaining({ success: false, code: 'NOT_FOUND' })]);
  expect(malformed).toEqual([400, expect.objectContaining({ success: false })]);
  expect(untested).toEqual([409, expect.objectContaining({ code: 'CONNECTION_NOT_TESTED' })]);
  expect(none).toEqual([400, expect.objectContaining({ code: 'NO_ACTIVE_CONNECTION' })]);
  expect(history.pagination.total).toBe(0);
});

test('[PU10, PU2] an unknown mapping is 404 and a project name that cannot be one is 400', async () => {
  const mapping = await refusal(await kit.send({ ...branch(), fieldMappingConfigId: 'no-such-mapping' }));
  const long = await refusal(await kit.server.request('POST', at('x'.repeat(65)), branch()));
  const control = await refusal(await kit.server.request('POST', at('a\u0007b'), branch()));

  expect([mapping[0], mapping[1].code]).toEqual([404, 'NOT_FOUND']);
  expect([long[0], long[1].code]).toEqual([400, 'INVALID_PROJECT']);
  expect([control[0], control[1].code]).toEqual([400, 'INVALID_PROJECT']);
});

test('[PU12] a project that is not there is found out by the push, which has a record', async () => {
  const run = await readRun(await kit.server.request('POST', at('Nowhere'), branch()));

  expect(run.status).toBe(200);
  expect(typesOf(run).at(-1)).toBe('sync:error');
  expect(run.frames.at(-1)?.data).toMatchObject({ code: 'UPSTREAM_NOT_FOUND', syncHistoryId: run.historyId });
  expect(await end(run.historyId)).toMatchObject({ status: 'failed', items_skipped: 3, total_items: 3 });
});

test.each([
  ['Prefer', { prefer: 'respond-async' }, 202, 'respond-async'],
  [
    'Prefer beside others',
    { prefer: 'wait=10, respond-async', accept: 'text/event-stream' },
    202,
    'respond-async',
  ],
  ['an Accept of JSON', { accept: 'application/json' }, 202, null],
  ['JSON ranked first', { accept: 'text/event-stream;q=0.5, application/json' }, 202, null],
  ['a stream ranked first', { accept: 'application/json;q=0.5, text/event-stream' }, 200, null],
  ['anything', { accept: '*/*' }, 200, null],
])('[PU14] %s is answered as it asks', async (_, headers, status, applied) => {
  const answer = await kit.send({ epics: branch().epics }, '', headers);

  expect(answer.status).toBe(status);
  expect(answer.headers.get('preference-applied')).toBe(applied);
  if (status === 200) {
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(typesOf(await readRun(answer)).at(-1)).toBe('sync:complete');
    return;
  }
  const { success, data } = (await answer.json()) as { success: boolean; data: PushStarted };
  expect(success).toBe(true);
  expect(answer.headers.get('location')).toBe(`/api/sync-history/${data.syncHistoryId}`);
  expect(await end(data.syncHistoryId)).toMatchObject({
    status: 'completed',
    items_created: 3,
    operation_id: data.operationId,
  });
});

test('[HI4] a push that need not wait is in progress while it runs', async () => {
  const held = await holdLane();

  expect(await statusOf(held.syncHistoryId)).toBe('in_progress');
  await end(held.syncHistoryId);
});

test('[PU10] with one key a push happens once: its answer comes again, a finished stream is replayed', async () => {
  const body = { epics: branch().epics };
  const key = { 'idempotency-key': `twice-${named}` };

  const first = await readRun(await kit.send(body, '', key));
  kit.fake.clearRequests();
  const again = await kit.send(body, '', key);
  const replayed = await again.text();
  const located = await kit.send(body, '', { ...key, ...async });

  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(toFrames(replayed)).toEqual(first.frames);
  expect(((await located.json()) as { data: PushStarted }).data.syncHistoryId).toBe(first.historyId);
  expect(kit.fake.requests()).toEqual([]);
});

test('[PU10] a key whose push still runs is in flight, and with another body it is no longer the same', async () => {
  const { epics, story } = branch();
  kit.fake.addFault({ match: { kind: 'create', title: story.name }, action: { kind: 'slow', ms: 1500 } });
  const key = { 'idempotency-key': `running-${named}` };
  const started = await begin({ epics }, '', key);

  const running = await refusal(await kit.send({ epics }, '', key));
  const again = await begin({ epics }, '', key);
  const other = await refusal(await kit.send({ epics: branch().epics }, '', key));
  const otherQuery = await refusal(await kit.send({ epics }, `?configId=${kit.configId}`, key));

  expect(running).toEqual([
    409,
    expect.objectContaining({ success: false, code: 'IDEMPOTENCY_IN_FLIGHT', details: { ...started } }),
  ]);
  expect(again).toEqual(started);
  expect([other[0], other[1].code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
  expect([otherQuery[0], otherQuery[1].code]).toEqual([422, 'IDEMPOTENCY_MISMATCH']);
  await end(started.syncHistoryId);
});

test('[PU17] the name of a target in any case, its id and another connection to it share one lane', async () => {
  const { data } = await kit.server.json<{ data: { id: string; name: string }[] }>(
    '/api/azure-devops/projects',
  );
  const guid = data.find(({ name }) => name === project)?.id ?? '';
  const second = await kit.server.request('POST', '/api/azure-devops/configurations', {
    name: 'The same organisation',
    organization: 'CONTOSO',
    patToken: 'fake-pat',
    apiHost: kit.fake.url,
  });
  const created = (await second.json()) as { data: { configuration: { id: string } } };
  const held = await holdLane();

  const waiting: PushStarted[] = [];
  for (const path of [
    at(project.toUpperCase()),
    at(guid),
    at(project, `?configId=${created.data.configuration.id}`),
  ]) {
    const answer = await kit.server.request('POST', path, branch(), async);
    waiting.push(((await answer.json()) as { data: PushStarted }).data);
  }

  const starts = await Promise.all(waiting.map(({ syncHistoryId }) => firstEvent(syncHistoryId)));
  expect(starts.map((start) => start?.type)).toEqual(Array(3).fill('sync:started'));
  expect(starts.map((start) => [start?.data.queued, start?.data.position])).toEqual([
    [true, 1],
    [true, 2],
    [true, 3],
  ]);
  expect(await statusOf(waiting[2]?.syncHistoryId ?? '')).toBe('pending');
  const operation = await kit.server.json<{ waiting_for?: unknown }>(
    `/api/cache/operations/${waiting[0]?.operationId}`,
  );
  expect(JSON.stringify(operation)).toContain(held.operationId);
  for (const { syncHistoryId } of waiting) await end(syncHistoryId);
  const ends = await sql<{ id: string }[]>`
    select id from sync_history where id = any(${waiting.map(({ syncHistoryId }) => syncHistoryId)})
    order by completed_at`;
  expect(ends.map(({ id }) => id)).toEqual(waiting.map(({ syncHistoryId }) => syncHistoryId));
});

test('[PU17] at most twenty wait for a target; then a push is refused and told when to come again', async () => {
  kit.fake.seed({ projects: [{ name: 'Elsewhere', process: 'Agile' }] });
  const held = await holdLane(6000);
  const bodies = Array.from({ length: 20 }, () => ({ epics: branch().epics }));
  const waiting = await Promise.all(bodies.map((body) => begin(body)));
  const before = await countPushes();

  const full = await kit.send({ epics: branch().epics });
  const elsewhere = await readRun(await kit.server.request('POST', at('Elsewhere'), branch()));

  expect(Number(full.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refusal(full)).toEqual([429, expect.objectContaining({ success: false, code: 'QUEUE_FULL' })]);
  expect(elsewhere.summary.created).toBe(3);
  await Promise.all(waiting.map(({ syncHistoryId }) => cancel(syncHistoryId)));
  for (const { syncHistoryId } of waiting) expect((await end(syncHistoryId)).status).toBe('cancelled');
  await end(held.syncHistoryId);
  expect(await countPushes()).toBe(before + 1);
});

test('[PU21, PU18] what failed is tried again with what was skipped because of it, and nothing else', async () => {
  const { epics, epic, feature, story } = branch();
  const fine = branch();
  kit.fake.addFault({ match: { kind: 'create', title: feature.name }, action: { kind: '403' } });
  const first = await kit.push([...epics, ...fine.epics]);
  expect(first.summary).toMatchObject({ total: 6, created: 4, failed: 1, skipped: 1 });
  kit.fake.clearRequests();

  const answer = await retry(first.historyId);
  const run = await readRun(answer);

  expect(answer.status).toBe(200);
  expect(run.historyId).not.toBe(first.historyId);
  expect(run.summary).toMatchObject({ total: 2, created: 2, failed: 0, skipped: 0 });
  expect(await end(run.historyId)).toMatchObject({
    retry_of: first.historyId,
    status: 'completed',
    total_items: 2,
    items_created: 2,
  });
  const items = kit.fake.items();
  const made = (title: string) => items.filter((item) => item.title === title);
  expect([made(epic.name), made(feature.name), made(story.name)].map(({ length }) => length)).toEqual([
    1, 1, 1,
  ]);
  expect(made(story.name)[0]?.parent).toBe(made(feature.name)[0]?.id);
  expect(made(feature.name)[0]?.parent).toBe(made(epic.name)[0]?.id);
  expect(kit.fake.requests().filter(({ isWrite }) => isWrite)).toHaveLength(2);
  const audited = await until('the audit row', async () =>
    (await kit.audit('push_retried')).find(({ entity_id: id }) => id === run.historyId),
  );
  expect(audited.details).toMatchObject({ retry_of: first.historyId, only: 'failed', items: 2 });
});

test('[PU21, RC4] "unfinished" adds what a cancel left, "failed" does not, and no doubt is left to wait for', async () => {
  const { epics, feature, story } = branch();
  kit.fake.addFault({ match: { kind: 'create', title: feature.name }, action: { kind: 'slow', ms: 1000 } });
  const started = await begin({ epics });
  await until('the slow call', () => kit.fake.requests().some(({ titles }) => titles.includes(feature.name)));
  await cancel(started.syncHistoryId);
  const cancelled = await end(started.syncHistoryId);

  const failed = await refusal(await retry(started.syncHistoryId));
  const intents = await sql`select source_id from work_item_ledger where state = 'intent'`;
  const run = await readRun(await retry(started.syncHistoryId, 'unfinished'));

  expect([...intents]).toEqual([]);
  expect(cancelled).toMatchObject({ status: 'cancelled', items_created: 2, items_skipped: 1 });
  expect([failed[0], failed[1].code]).toEqual([409, 'NOTHING_TO_RETRY']);
  expect(run.summary).toMatchObject({ total: 1, created: 1 });
  expect(kit.fake.items().filter(({ title }) => title === story.name)).toHaveLength(1);
});

test('[PU21] a retry is refused while its push runs, when nothing is left and when the tree is no longer kept', async () => {
  const held = await holdLane();
  const running = await refusal(await retry(held.syncHistoryId));
  await end(held.syncHistoryId);
  const nothing = await refusal(await retry(held.syncHistoryId, 'unfinished'));
  await sql`delete from push_jobs where sync_history_id = ${held.syncHistoryId}`;
  const expired = await refusal(await retry(held.syncHistoryId, 'unfinished'));
  const unknown = await refusal(await retry('00000000-0000-7000-8000-000000000000'));
  const malformed = await refusal(await retry('no-id'));

  expect([running[0], running[1].code]).toEqual([409, 'STILL_RUNNING']);
  expect([nothing[0], nothing[1].code]).toEqual([409, 'NOTHING_TO_RETRY']);
  expect([expired[0], expired[1].code]).toEqual([410, 'SNAPSHOT_EXPIRED']);
  expect([unknown[0], unknown[1].code]).toEqual([404, 'NOT_FOUND']);
  expect([malformed[0], malformed[1].code]).toEqual([400, 'INVALID_ID']);
});

test('[PU13] a live Ardoq workspace is pushed as its tree stands, whole or below one initiative', async () => {
  kit.fake.seed({ ardoq: [workspace] });
  const connected = await kit.server.request('POST', '/api/ardoq/configurations', {
    name: 'Ardoq',
    apiToken: 'fake-token',
    orgLabel: 'acme',
    apiHost: kit.fake.url,
    setActive: true,
  });
  const { data } = (await connected.json()) as { data: { configuration: { id: string } } };
  const source = { kind: 'ardoq', workspaceId: 'w1' };

  const one = await kit.push([], '', { epics: undefined, source: { ...source, initiativeId: 'i1' } });
  const all = await kit.push([], `?sourceConfigId=${data.configuration.id}`, { epics: undefined, source });
  kit.fake.clearRequests();
  const again = await kit.push([], '', { epics: undefined, source });

  expect(one.summary).toMatchObject({ total: 3, created: 3 });
  expect(all.summary).toMatchObject({ total: 4, created: 1, unchanged: 3 });
  expect(again.summary).toMatchObject({ total: 4, created: 0, updated: 0, unchanged: 4 });
  expect(kit.fake.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
  expect(await end(all.historyId)).toMatchObject({
    source_type: 'ardoq',
    source_config_id: data.configuration.id,
  });
  const story = kit.fake.items().find(({ title }) => title === 'Ardoq story');
  expect(kit.fake.items().find(({ id }) => id === story?.parent)?.title).toBe('Ardoq feature');
});

const workspace = {
  id: 'w1',
  name: 'Workspace',
  components: [
    {
      name: 'Domain',
      type: 'Domain',
      id: 'd1',
      children: [
        {
          name: 'Initiative 1',
          type: 'Initiative',
          id: 'i1',
          children: [
            {
              name: 'Ardoq epic',
              type: 'Epic',
              id: 'ae1',
              children: [
                {
                  name: 'Ardoq feature',
                  type: 'Feature',
                  id: 'af1',
                  children: [{ name: 'Ardoq story', type: 'User Story', id: 'as1' }],
                },
              ],
            },
          ],
        },
        {
          name: 'Initiative 2',
          type: 'Initiative',
          id: 'i2',
          children: [{ name: 'Other epic', type: 'Epic', id: 'ae2' }],
        },
      ],
    },
  ],
};
