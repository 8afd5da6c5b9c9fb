/** The stream of a push as bytes on the wire, and the same events again from any place in them (EV20 to EV28). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { EventPage, Hello } from '../../shared/api/events.ts';
import type { PushStarted } from '../../shared/views/push.ts';
import { until } from '../support/until.ts';
import {
  createTree,
  openPushKit,
  toFrames,
  typesOf,
  type Frame,
  type PushKit,
  type TreeNode,
} from './push-kit.ts';

let kit: PushKit;

beforeAll(async () => {
  kit = await openPushKit();
});

afterEach(() => kit.fake.clearFaults());

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

let named = 0;

/** An epic, its feature and a story that no other test has pushed. */
function branch(name = `Branch ${named}`): TreeNode[] {
  const id = `stream${(named += 1)}`;
  const story: TreeNode = { _id: `${id}-s`, name: `Story: ${name}`, type: 'User Story' };
  const feature: TreeNode = { _id: `${id}-f`, name: `Feature: ${name}`, type: 'Feature', children: [story] };
  return [{ _id: `${id}-e`, name: `Epic: ${name}`, type: 'Epic', children: [feature] }];
}

interface Told {
  readonly event: string;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** EV28: what ArchBridge's client does with the chunks of a body, whatever their bounds. */
function createArchBridgeReader() {
  const decoder = new TextDecoder();
  const told: Told[] = [];
  let buffer = '';
  let event = '';
  const read = (chunk: Uint8Array) => {
    buffer += decoder.decode(chunk, { stream: true });
    const lines = buffer.split('\n');
    buffer = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('data:')) {
        told.push({ event, ...(JSON.parse(line.slice(5).trim()) as Omit<Told, 'event'>) });
      }
    }
  };
  return { told, read };
}

const events = (id: string, query = '', headers: Record<string, string> = {}) =>
  kit.server.request('GET', `/api/sync-history/${id}/events${query}`, undefined, {
    accept: 'text/event-stream',
    ...headers,
  });

/** Greeting and frames of an answer that has ended. */
async function follow(answer: Response): Promise<{ hello: Hello; frames: Frame[] }> {
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const end = text.indexOf('\n\n') + 2;
  const head = text.slice(0, end);
  expect(head).toContain('\nevent: hello\n');
  return {
    hello: JSON.parse(/\ndata: (.*)\n/.exec(head)?.[1] ?? '') as Hello,
    frames: toFrames(text.slice(end)),
  };
}

const page = async (path: string) => {
  const answer = await kit.server.request('GET', path, undefined, { accept: 'application/json' });
  return { answer, body: (await answer.json()) as { success: boolean; data: EventPage } };
};

test('[EV20, EV21] headers and frames are as they are promised, the first is the start, the last the end', async () => {
  const answer = await kit.send({ epics: branch() });
  const text = await answer.text();

  expect(answer.status).toBe(200);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });
  expect(text.endsWith('\n\n')).toBe(true);
  const blocks = text.slice(0, -2).split('\n\n');
  for (const block of blocks) {
    expect(block).toMatch(/^id: \S+-\d+\nevent: [a-z]+:[a-z-]+\ndata: \{.*\}$/);
  }
  const frames = toFrames(text);
  expect(frames).toHaveLength(blocks.length);
  expect(frames.map(({ event }) => event)).toEqual([
    'sync:started',
    'epic:created',
    'feature:created',
    'userstory:created',
    'sync:complete',
  ]);
  expect(frames[0]?.data).toMatchObject({
    operationId: expect.any(String) as string,
    syncHistoryId: expect.any(String) as string,
    total: 3,
    queued: false,
  });
  for (const { data } of frames) expect(data.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('[EV22, EV23, EV24] each event has the fields its readers need', async () => {
  const tree = branch();
  await kit.push(tree);
  tree[0]!.name = 'Another name';
  const id = `stream${(named += 1)}`;
  tree.push({
    _id: id,
    name: 'Refused',
    type: 'Epic',
    children: [{ _id: `${id}-f`, name: 'F', type: 'Feature' }],
  });
  kit.fake.addFault({ match: { kind: 'create', title: 'Refused' }, action: { kind: '403' } });

  const { frames, historyId } = await kit.push(tree);

  const dataOf = (type: string) => frames.find(({ event }) => event === type)?.data;
  const made = {
    ardoqId: expect.any(String) as string,
    name: expect.any(String) as string,
    azureDevOpsId: expect.any(Number) as number,
    azureDevOpsUrl: expect.stringContaining('/_workitems/edit/') as string,
  };
  expect(dataOf('epic:updated')).toMatchObject({
    ...made,
    changedFields: ['System.Title'],
    rev: expect.any(Number) as number,
  });
  expect(dataOf('feature:unchanged')).toMatchObject(made);
  expect(dataOf('epic:failed')).toMatchObject({
    ardoqId: id,
    name: 'Refused',
    error: expect.stringMatching(/\S/) as string,
    code: 'UPSTREAM_FORBIDDEN',
  });
  expect(dataOf('feature:skipped')).toMatchObject({
    ardoqId: `${id}-f`,
    name: 'F',
    reason: expect.stringContaining('Refused') as string,
  });
  const none = { total: 0, created: 0, updated: 0, unchanged: 0, failed: 0, skipped: 0 };
  expect(dataOf('sync:complete')).toMatchObject({
    syncHistoryId: historyId,
    status: 'completed',
    outcome: 'partial',
    deleted: 0,
    warnings: [],
    summary: {
      ...none,
      total: 5,
      updated: 1,
      unchanged: 2,
      failed: 1,
      skipped: 1,
      epics: { ...none, total: 2, updated: 1, failed: 1 },
      features: { ...none, total: 2, unchanged: 1, skipped: 1 },
      userStories: { ...none, total: 1, unchanged: 1 },
    },
  });
});

test('[EV28] ArchBridge reads the same events wherever the bytes are cut', async () => {
  const answer = await kit.send({ epics: branch('Grüße, 日本語, 👩‍👩‍👧 and "quotes"') });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const whole = createArchBridgeReader();
  whole.read(bytes);

  expect(whole.told.map(({ event }) => event)).toEqual([
    'sync:started',
    'epic:created',
    'feature:created',
    'userstory:created',
    'sync:complete',
  ]);
  for (const { event, type } of whole.told) expect(type).toBe(event);
  expect(whole.told[1]?.data.name).toBe('Epic: Grüße, 日本語, 👩‍👩‍👧 and "quotes"');
  for (let at = 1; at < bytes.length; at += 1) {
    const cut = createArchBridgeReader();
    cut.read(bytes.subarray(0, at));
    cut.read(bytes.subarray(at));
    expect(cut.told).toEqual(whole.told);
  }
  const byteByByte = createArchBridgeReader();
  for (const byte of bytes) byteByByte.read(Uint8Array.of(byte));
  expect(byteByByte.told).toEqual(whole.told);
});

test.each([
  ['a line feed', 'a\nb'],
  ['a carriage return', 'a\rb'],
  ['a frame of its own', 'x\n\nid: 1\nevent: sync:complete\ndata: {"type":"sync:complete","data":{}}\n\n'],
  ['NUL', 'a\0b'],
  ['separators of JavaScript', 'a\u2028b\u2029c\u0085d'],
  ['half a character', 'a\ud83db\udc69c'],
  ['a byte order mark', '\ufeffa'],
])('[EV28] a name with %s cannot break a frame', async (_, name) => {
  const epics = branch();
  epics[0]!.name = name;
  epics[0]!.description = name;

  const answer = await kit.send({ epics });
  const text = await answer.text();

  // Every kind of line end that the standard knows.
  const lines = text.split(/\r\n|\n|\r/);
  expect(lines.filter((line) => line.startsWith('event:'))).toHaveLength(5);
  expect(lines.filter((line) => line !== '' && !/^(id|event|data): /.test(line))).toEqual([]);
  const reader = createArchBridgeReader();
  reader.read(Buffer.from(text));
  expect(reader.told.map(({ event }) => event)).toEqual([
    'sync:started',
    'epic:created',
    'feature:created',
    'userstory:created',
    'sync:complete',
  ]);
  expect(toFrames(text).at(-1)?.data.summary).toMatchObject({ created: 3 });
});

test('[EV26] the events are told again from the start, and from any cursor exactly what follows', async () => {
  const run = await kit.push(branch());
  const { historyId, frames } = run;

  const start = await follow(await events(historyId));

  expect(start.hello).toMatchObject({ reset: null });
  expect(start.frames).toEqual(frames);
  for (const [index, { id }] of frames.slice(0, -1).entries()) {
    const rest = await follow(await events(historyId, `?after=${id}`));
    expect(rest.hello).toMatchObject({ from: id, resumed: true, reset: null });
    expect(rest.frames).toEqual(frames.slice(index + 1));
  }
});

test('[EV26] Last-Event-ID wins over the address, and who has the end is told that there is no more', async () => {
  const { historyId, frames } = await kit.push(branch());
  const [first, second] = frames;
  const last = frames.at(-1)?.id ?? '';

  const byHeader = await follow(
    await events(historyId, `?after=${first?.id}`, { 'last-event-id': second?.id ?? '' }),
  );
  const ended = await events(historyId, '', { 'last-event-id': last });
  const endedByAddress = await events(historyId, `?after=${last}`);

  expect(byHeader.frames).toEqual(frames.slice(2));
  expect([ended.status, endedByAddress.status]).toEqual([204, 204]);
  expect(await ended.text()).toBe('');
});

test.each([
  ['of another journal', 'foreign-epoch', () => 'zzzzzzzz-1'],
  ['that is none', 'malformed', () => 'no cursor'],
  ['of the future', 'future', (id: string) => `${id.slice(0, id.lastIndexOf('-'))}-999999999`],
])('[EV26] a cursor %s is reset, and everything is told again', async (_, reset, toCursor) => {
  const { historyId, frames } = await kit.push(branch());
  const cursor = toCursor(frames[0]?.id ?? '');

  const again = await follow(await events(historyId, `?after=${encodeURIComponent(cursor)}`));

  expect(again.hello.reset).toBe(reset);
  expect(again.frames).toEqual(frames);
});

test('[EV26] as JSON the events come in pages, inside the envelope', async () => {
  const { historyId, frames } = await kit.push(branch());

  const told: { id: string; event: string; data: unknown }[] = [];
  for (let after = ''; ;) {
    const { answer, body } = await page(`/api/sync-history/${historyId}/events?limit=2&after=${after}`);
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(body.success).toBe(true);
    expect(body.data.events.length).toBeLessThanOrEqual(2);
    told.push(...body.data.events.map(({ id, type, data }) => ({ id, event: type, data })));
    if (!body.data.hasMore) break;
    after = body.data.next;
  }

  expect(told).toEqual(frames);
});

test('[EV26, PO1] the general event log tells the same events under the topic of the push', async () => {
  const { historyId, frames } = await kit.push(branch());
  const answer = await kit.server.json<EventPage>(
    `/api/events?topics=push:${historyId}&after=earliest&limit=1000`,
  );

  expect(answer.events.map(({ id, type, data }) => ({ id, event: type, data }))).toEqual(frames);
});

test('[EV2, PU2] events of a push that there is none of are 404, of a malformed id 400', async () => {
  const unknown = await events('00000000-0000-7000-8000-000000000000');
  const malformed = await events('no-id');

  expect([unknown.status, malformed.status]).toEqual([404, 400]);
  expect(await unknown.json()).toMatchObject({ success: false, code: 'NOT_FOUND' });
  expect(await malformed.json()).toMatchObject({ success: false, code: 'INVALID_ID' });
});

test('[PU16, EV26] a push goes on when its client has gone, and can be followed to its end', async () => {
  const epics = createTree(1, 1, 2);
  kit.fake.addFault({ match: { kind: 'create', title: 'Story 1.1.1' }, action: { kind: 'slow', ms: 1000 } });
  const leaving = new AbortController();
  const answer = await fetch(`${kit.server.url}/api/azure-devops/projects/Fabrikam/workitems`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ epics }),
    signal: leaving.signal,
  });
  const historyId = answer.headers.get('location')?.split('/').at(-1) ?? '';
  await until('the slow call', () =>
    kit.fake.requests().some(({ titles }) => titles.includes('Story 1.1.1')),
  );
  leaving.abort();
  await expect(answer.text()).rejects.toThrow('abort');

  const { frames } = await follow(await events(historyId));

  expect(frames.map(({ event }) => event)).toEqual([
    'sync:started',
    'epic:created',
    'feature:created',
    'userstory:created',
    'userstory:created',
    'sync:complete',
  ]);
  expect(frames.at(-1)?.data.summary).toMatchObject({ total: 4, created: 4 });
});

test('[EV26, EV25] a reader who joins in the middle hears the rest as it happens, to the one end', async () => {
  const epics = branch();
  kit.fake.addFault({ match: { kind: 'create', title: 'Feature:' }, action: { kind: 'slow', ms: 500 } });
  const answer = await kit.send({ epics }, '', { prefer: 'respond-async' });
  const { data } = (await answer.json()) as { data: PushStarted };
  const early = await until('its first epic', async () => {
    const { body } = await page(`/api/sync-history/${data.syncHistoryId}/events`);
    return body.data.events.find(({ type }) => type === 'epic:created');
  });

  const joined = await follow(await events(data.syncHistoryId, `?after=${early.id}`));
  const all = await follow(await events(data.syncHistoryId));

  expect(joined.frames.map(({ event }) => event)).toEqual([
    'feature:created',
    'userstory:created',
    'sync:complete',
  ]);
  expect(all.frames.slice(2)).toEqual(joined.frames);
});

test('[EV25] a push that ends badly says so last, and once', async () => {
  // Its connection is not to be used again.
  await using other = await openPushKit();
  other.fake.addFault({ match: { kind: 'create' }, action: { kind: '401' }, count: 5 });

  const run = await other.push(branch());

  const ends = typesOf(run).filter((type) => type === 'sync:error' || type === 'sync:complete');
  expect(ends).toEqual(['sync:error']);
  expect(typesOf(run).at(-1)).toBe('sync:error');
  expect(run.frames.at(-1)?.data).toMatchObject({
    code: 'UPSTREAM_AUTH_FAILED',
    error: expect.stringMatching(/\S/) as string,
    syncHistoryId: run.historyId,
    summary: { total: 3, created: 0 },
  });
});
