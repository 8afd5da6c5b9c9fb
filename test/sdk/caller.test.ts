import { createServer } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CallError, createCaller } from '../../client/sdk/caller.ts';
import type { Caller } from '../../client/sdk/caller.ts';
import { parseRetryAfter } from '../../client/sdk/retry-after.ts';

let server: Server;
let caller: Caller;
let answer: RequestListener;
let asked: {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
};
beforeEach(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  caller = createCaller({ baseUrl: `http://127.0.0.1:${port}/`, token: 'secret' });
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const reply =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };

const live = { status: 'live' } as const;
const failureOf = async (call: Promise<unknown>): Promise<CallError> => {
  const error: unknown = await call.catch((reason: unknown) => reason);
  if (error instanceof CallError) return error;
  throw new Error(`Not a CallError: ${String(error)}`);
};

describe('a call', () => {
  test('[GR8] answers the value with the journal position and the tag it came with', async () => {
    answer = reply(200, live, { 'sync-head': 'tinytest-42', etag: 'W/"7"' });

    const result = await caller('readLiveness', {});

    expect(result).toEqual({ value: live, head: 'tinytest-42', etag: 'W/"7"', status: 200 });
    expect(asked).toMatchObject({
      method: 'GET',
      url: '/livez',
      headers: { authorization: 'Bearer secret' },
    });
  });

  test('is not disturbed by fields of a newer server, nor by a head it cannot read', async () => {
    answer = reply(200, { ...live, more: 1 }, { 'sync-head': '?' });

    const result = await caller('readLiveness', {});

    expect(result).toMatchObject({ value: live, head: null, etag: null });
  });

  test.each([
    ['a b', 'a%20b'],
    ['a/b', 'a%2Fb'],
    ['ä?#', '%C3%A4%3F%23'],
    ['...', '...'],
  ])('writes %j into the path as %s', async (docId, segment) => {
    answer = reply(404, {});

    await failureOf(caller('readRelated', { params: { slug: 'atlas', type: 'epic', docId }, query: {} }));

    expect(asked.url).toBe(`/api/v1/projects/atlas/documents/epic/${segment}/related`);
  });

  test.each(['', '.', '..', '\ud800'])(
    'refuses %j as a part of the path before it is sent',
    async (docId) => {
      const error = await failureOf(
        caller('readRelated', { params: { slug: 'atlas', type: 'epic', docId }, query: {} }),
      );

      expect(error).toMatchObject({ code: 'VALIDATION_ERROR', status: 0 });
    },
  );

  test('leaves out what is undefined in a query and encodes the rest', async () => {
    answer = reply(404, {});

    const query = { type: undefined, owner: 'Ann & Bo', page: '2' };
    await failureOf(caller('listDocuments', { params: { slug: 'atlas' }, query }));

    expect(asked.url).toBe('/api/v1/projects/atlas/documents?owner=Ann+%26+Bo&page=2');
  });

  test('sends a body as JSON, with its idempotency key', async () => {
    answer = reply(404, {});

    const body = { project: 'atlas', background: true };
    await failureOf(caller('triggerSync', { query: {}, body }, { idempotencyKey: 'k1' }));

    expect(JSON.parse(asked.body)).toEqual(body);
    expect(asked).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' },
    });
  });

  test('takes an empty answer where the route has none', async () => {
    answer = (_, response) => response.writeHead(204, { 'sync-head': 'tinytest-9' }).end();

    const result = await caller('removeProject', { params: { slug: 'atlas' } });

    expect(result).toEqual({ value: undefined, head: 'tinytest-9', etag: null, status: 204 });
  });

  test('with a tag that still fits is answered as unchanged', async () => {
    answer = (_, response) => response.writeHead(304, { etag: 'W/"7"', 'sync-head': 'tinytest-9' }).end();

    const result = await caller('readLiveness', {}, { ifNoneMatch: 'W/"7"' });

    expect(result).toEqual({ value: undefined, head: 'tinytest-9', etag: 'W/"7"', status: 304 });
    expect(asked.headers['if-none-match']).toBe('W/"7"');
  });
});

describe('a refusal', () => {
  test('[GR2] carries code, message, details and request id', async () => {
    const error = { code: 'QUEUE_FULL', message: 'Too many.', details: [1], requestId: 'r1' };
    answer = reply(429, { error }, { 'retry-after': '3' });

    const failure = await failureOf(caller('readLiveness', {}));

    expect(failure).toMatchObject({ ...error, status: 429, retryAfterMs: 3_000, isTransient: true });
  });

  test('with a code of a newer server is still read', async () => {
    answer = reply(418, { error: { code: 'TEAPOT', message: 'Short and stout.', requestId: 'r1' } });

    const failure = await failureOf(caller('readLiveness', {}));

    expect(failure).toMatchObject({ code: 'MALFORMED', message: 'Short and stout.', status: 418 });
  });

  test.each([
    ['a page of a proxy', 502, '<h1>Bad gateway</h1>'],
    ['an empty answer', 200, ''],
    ['another shape', 200, { status: 'dead' }],
    ['an error in a success', 503, { error: 'no' }],
  ])('%s is malformed and names the request', async (_, status, body) => {
    answer = reply(status, body, { 'x-request-id': 'r2' });

    const failure = await failureOf(caller('readLiveness', {}));

    expect(failure).toMatchObject({ code: 'MALFORMED', status, requestId: 'r2' });
  });

  test('[GR2] the probes answer 503 in their own shape, which is a value', async () => {
    const readiness = { status: 'not_ready', reasons: ['database'] };
    answer = reply(503, readiness);

    const result = await caller('readReadiness', {});

    expect(result).toMatchObject({ value: readiness, status: 503 });
  });

  test('of the network says which address was not reached', async () => {
    const nowhere = createCaller({ baseUrl: 'http://127.0.0.1:1' });

    const failure = await failureOf(nowhere('readLiveness', {}));

    expect(failure).toMatchObject({ code: 'NETWORK', status: 0, isTransient: true });
    expect(failure.message).toContain('http://127.0.0.1:1/livez');
  });

  test('an answer cut off in the middle is of the network too', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"status"', () => response.destroy());
    };

    expect(await failureOf(caller('readLiveness', {}))).toMatchObject({ code: 'NETWORK' });
  });

  test('of the caller itself rises as it is', async () => {
    const reason = new Error('The page was left');
    const controller = new AbortController();
    answer = () => controller.abort(reason);

    await expect(caller('readLiveness', {}, { signal: controller.signal })).rejects.toBe(reason);
  });
});

test.each([
  [null, null],
  ['3', 3_000],
  ['0', 0],
  ['-1', null],
  ['soon', null],
  ['Thu, 01 Jan 1970 00:00:20 GMT', 10_000],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 0],
])('Retry-After %j at ten seconds is %j ms', (text, expected) => {
  expect(parseRetryAfter(text, 10_000)).toBe(expected);
});
