import { get, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toEventId } from '../../shared/ids.ts';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer } from './delivery-server.ts';
import { many, removed, started } from './drafts.ts';

let server: DeliveryServer;
const closers: (() => void)[] = [];

beforeAll(async () => {
  server = await startDeliveryServer({ settings: { maxAgeMs: 60_000 } });
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await until(() => server.delivery.subscribers.figures.active === 0);
});
afterAll(() => server[Symbol.asyncDispose]());

interface RawStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly frames: string[];
  isClosed: boolean;
}

function openStream(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawStream> {
  const accept = 'text/event-stream';
  return new Promise((resolve, reject) => {
    const request = get(
      server.url + path,
      { method, headers: { accept, ...headers }, agent: false },
      (response) => {
        const stream = {
          status: response.statusCode!,
          headers: response.headers,
          frames: [],
          isClosed: false,
        };
        const frames: string[] = stream.frames;
        let rest = '';
        response.setEncoding('utf8').on('data', (text: string) => {
          const parts = (rest + text).split('\n\n');
          rest = parts.pop() ?? '';
          frames.push(...parts);
        });
        response.on('close', () => (stream.isClosed = true));
        response.on('error', () => undefined);
        resolve(stream);
      },
    );
    request.on('error', reject);
    closers.push(() => request.destroy());
  });
}

test('[SS1] the head says that this is a stream, and that nobody may hold it back', async () => {
  const { status, headers } = await openStream('/api/events');

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': 'r-1',
  });
});

test('[SS2] the first frame is a hello that tells where the stream begins, with a jittered retry', async () => {
  await server.journal.append(many(2));
  const { epoch } = server.journal;
  const head = toEventId(epoch, server.journal.head());
  const stream = await openStream(`/api/events?after=${toEventId(epoch, 1)}`);
  await until(() => stream.frames.length > 0);

  const [, retry, id, data] = /^retry: (\d+)\nid: (.+)\nevent: hello\ndata: (.+)$/.exec(stream.frames[0]!)!;
  const hello = { epoch, from: id, head, oldest: `${epoch}-1`, resumed: true, reset: null };
  expect(JSON.parse(data!)).toEqual(hello);
  expect(id).toBe(`${epoch}-1`);
  expect(Number(retry)).toBeGreaterThanOrEqual(1500);
  expect(Number(retry)).toBeLessThanOrEqual(2500);
  expect(stream.headers['sync-resume']).toBe('ok');
});

test('[SS2] a reset is told in the head as well', async () => {
  const stream = await openStream('/api/events?after=nonsense');

  expect(stream.headers['sync-resume']).toBe('reset');
});

test('[SS1] an event is one frame of an id, a type and one line of JSON', async () => {
  const stream = await openStream('/api/events');
  await until(() => stream.frames.length === 1);

  await server.journal.append([removed('atlas')]);
  await until(() => stream.frames.length === 2);

  const id = toEventId(server.journal.epoch, server.journal.head());
  const [first, second, third, ...more] = stream.frames[1]!.split('\n');
  expect([first, second, more]).toEqual([`id: ${id}`, 'event: project:removed', []]);
  expect(JSON.parse(third!.slice('data: '.length))).toMatchObject({ id, data: { slug: 'atlas' } });
});

test('[SS3] what the browser remembers wins over the address', async () => {
  await server.journal.append(many(3));
  const head = server.journal.head();
  const remembered = toEventId(server.journal.epoch, head - 1);
  const stream = await openStream('/api/events?after=earliest', { 'last-event-id': remembered });
  await until(() => stream.frames.length === 2);

  expect(stream.frames[1]).toContain(`id: ${toEventId(server.journal.epoch, head)}\n`);
});

test('[SS1] a heartbeat is written every 15 s', async () => {
  const stream = await openStream('/api/events');
  await until(() => stream.frames.length === 1);

  await server.advance(14_500);
  await server.advance(500);
  await server.advance(15_000);
  await until(() => stream.frames.length === 3);

  expect(stream.frames.slice(1)).toEqual([': heartbeat', ': heartbeat']);
});

test('[SS4] a stream is asked to reconnect around its maximum age', async () => {
  const stream = await openStream('/api/events');

  await server.advance(44_000);
  const before = server.delivery.subscribers.figures.active;
  await server.advance(32_000);
  await until(() => stream.isClosed);

  expect(before).toBe(1);
  expect(stream.frames.at(-1)).toMatch(/^retry: \d+\nevent: bye\ndata: \{"reason":"rotate"\}$/);
});

test('[SS5] a goodbye says when to come back, and not to everybody the same', async () => {
  const streams = await Promise.all(Array.from({ length: 10 }, () => openStream('/api/events')));
  await until(() => server.delivery.subscribers.figures.active === 10);

  server.delivery.subscribers.revoke(() => true);
  await until(() => streams.every((stream) => stream.isClosed));

  const byes = streams.map((stream) => stream.frames.at(-1)!);
  for (const bye of byes) expect(bye).toMatch(/^retry: \d+\nevent: bye\ndata: \{"reason":"revoked"\}$/);
  expect(new Set(byes).size).toBeGreaterThan(1);
});

test('[GU4] only those whose access was taken away are let go', async () => {
  const stream = await openStream('/api/events');
  await until(() => stream.frames.length === 1);

  server.delivery.subscribers.revoke((actor) => actor.kind === 'token');
  await server.journal.append(many(1));
  await until(() => stream.frames.length === 2);

  expect(stream.frames[1]).toContain('event: sync:started');
});

test.each([
  ['/api/events?topics=nonsense', 'query.topics'],
  ['/api/events?topics=project:', 'query.topics'],
  ['/api/events?types=NOPE', 'query.types'],
  ['/api/events?types=operation', 'query.types'],
])('%s is refused by name', async (path, field) => {
  const response = await fetch(server.url + path, { headers: { accept: 'text/event-stream' } });
  const { error } = (await response.json()) as { error: { code: string; details: { path: string }[] } };

  expect([response.status, error.code, error.details[0]?.path]).toEqual([422, 'VALIDATION_ERROR', field]);
});

test('[GR1] HEAD tells the head of a stream and opens none', async () => {
  const stream = await openStream('/api/events', {}, 'HEAD');

  expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
  expect(server.delivery.subscribers.figures.active).toBe(0);
});

test('[OP34] the stream of one operation begins with its first event', async () => {
  await server.journal.append([started('atlas'), removed('borea'), started('borea')]);
  server.narrowing = { topic: 'project:borea', firstSeq: server.journal.head() - 1 };
  const stream = await openStream('/narrowed?types=project:*');
  await until(() => stream.frames.length === 2);

  await server.journal.append([started('borea'), removed('atlas'), removed('borea')]);
  await until(() => stream.frames.length === 3);

  expect(stream.frames.slice(1).map((frame) => frame.split('\n')[1])).toEqual([
    'event: project:removed',
    'event: project:removed',
  ]);
});

test('[OP34] once the events of an operation are pruned, its stream says so', async () => {
  server.narrowing = { topic: 'project:gone', firstSeq: null };
  const stream = await openStream('/narrowed');
  await until(() => stream.frames.length === 1);

  expect(stream.frames[0]).toContain('"reset":"pruned"');
});

test('a connection that breaks in the middle of a frame leaves nothing behind', async () => {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /api/events HTTP/1.1\r\nHost: ${hostname}\r\nAccept: text/event-stream\r\n\r\n`);
  await until(() => server.delivery.subscribers.figures.active === 1);

  socket.resetAndDestroy();
  await server.journal.append(many(3));

  await until(() => server.delivery.subscribers.figures.active === 0);
});
