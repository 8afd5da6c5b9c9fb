/** Who may ask and what may be asked, as a client on the wire sees it (GU, GR1 to GR8). */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;
let locked: SyncKit;
let project: TestProject;

beforeAll(async () => {
  [kit, locked] = await Promise.all([openSyncKit(), openSyncKit({ SYNCLINE_TOKEN: 'correct-horse' })]);
  project = await kit.addProject({ 'a.md': '# A\n' });
});

afterAll(async () => {
  await Promise.all([kit[Symbol.asyncDispose](), locked[Symbol.asyncDispose]()]);
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/** As it is on the wire: `fetch` would correct paths and forbid headers. */
function send({ method = 'GET', path = '/api/v1/projects', headers = {}, body }: Sent, to = kit) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(to.server.url);
      const asked = request({ host: hostname, port, method, path, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asked.on('error', reject);
      asked.end(body);
    },
  );
}

const json = { 'content-type': 'application/json' };

/** The one envelope, and nothing beside it. */
function expectEnvelope({ headers, text }: { headers: Record<string, unknown>; text: string }, code: string) {
  const body = JSON.parse(text) as { error: Record<string, unknown> };
  expect(Object.keys(body)).toEqual(['error']);
  expect(body.error).toMatchObject({ code, message: expect.any(String), requestId: headers['x-request-id'] });
  expect(body.error.requestId).toMatch(/./);
  return body.error;
}

const refusals: [string, Sent, number, string][] = [
  ['[GU2] another host', { headers: { host: 'evil.example' } }, 421, 'MISDIRECTED_REQUEST'],
  [
    '[GU3] another origin',
    { method: 'POST', headers: { ...json, origin: 'http://evil.example' }, body: '{}' },
    403,
    'FORBIDDEN',
  ],
  [
    '[GU3] another site',
    { method: 'DELETE', path: '/api/v1/projects/x', headers: { 'sec-fetch-site': 'cross-site' } },
    403,
    'FORBIDDEN',
  ],
  [
    '[GR3] a form',
    { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'name=A' },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  [
    '[GR3] plain text',
    { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' },
    415,
    'UNSUPPORTED_MEDIA_TYPE',
  ],
  ['[GR3] no type', { method: 'POST', body: '{"name":"A"}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  [
    '[GU10] a large body',
    { method: 'POST', headers: json, body: `{"name":"${'x'.repeat(1_100_000)}"}` },
    413,
    'PAYLOAD_TOO_LARGE',
  ],
  ['[GR2] malformed JSON', { method: 'POST', headers: json, body: '{"name":' }, 422, 'VALIDATION_ERROR'],
  ['[GR1] an array', { method: 'POST', headers: json, body: '[]' }, 422, 'VALIDATION_ERROR'],
  ['[GR1] null', { method: 'POST', headers: json, body: 'null' }, 422, 'VALIDATION_ERROR'],
  [
    '[GR6] a body that is not UTF-8',
    { method: 'POST', headers: json, body: Buffer.from([0x7b, 0xff, 0x7d]) },
    422,
    'VALIDATION_ERROR',
  ],
  [
    '[GR6] a lone surrogate in a body',
    { method: 'POST', headers: json, body: '{"name":"a\\ud800","sdlc_path":"/tmp"}' },
    422,
    'VALIDATION_ERROR',
  ],
  [
    '[GR6] NUL in a body',
    { method: 'POST', headers: json, body: '{"name":"a","sdlc_path":"/tmp/\\u0000"}' },
    422,
    'VALIDATION_ERROR',
  ],
  ['[GR6] NUL in a path', { path: '/api/v1/projects/a%00b' }, 422, 'VALIDATION_ERROR'],
  ['[GR6] a broken encoding in a path', { path: '/api/v1/projects/%zz' }, 422, 'VALIDATION_ERROR'],
  ['[GR6] a cut encoding in a path', { path: '/api/v1/projects/a%2' }, 422, 'VALIDATION_ERROR'],
  ['[GR6] a byte that is not UTF-8 in a path', { path: '/api/v1/projects/%ff' }, 422, 'VALIDATION_ERROR'],
  [
    '[GR6] a broken encoding in a query',
    { path: '/api/cache/operations?trigger=%zz' },
    422,
    'VALIDATION_ERROR',
  ],
  ['[GR6] NUL in a query', { path: '/api/cache/operations?project=%00' }, 422, 'VALIDATION_ERROR'],
  [
    '[GR6] a surrogate in a query',
    { path: '/api/cache/operations?project=%ed%a0%80' },
    422,
    'VALIDATION_ERROR',
  ],
  [
    '[OP3] a number out of range',
    { path: '/api/cache/operations?limit=99999999999999999999' },
    422,
    'VALIDATION_ERROR',
  ],
  ['[GR2] an unknown route', { path: '/api/v1/nothing' }, 404, 'NOT_FOUND'],
  ['[GR2] an unknown family', { path: '/api/v9' }, 404, 'NOT_FOUND'],
  ['[GR2] the root of the API', { path: '/api' }, 404, 'NOT_FOUND'],
  ['[GR2] a broken encoding where nothing is', { path: '/api/v1/nothing/%zz' }, 404, 'NOT_FOUND'],
];

test.each(refusals)('%s: refused in the envelope', async (_what, sent, status, code) => {
  const answer = await send(sent);

  expect(answer.status).toBe(status);
  expectEnvelope(answer, code);
});

test.each([
  ['PATCH', '/api/v1/projects', ['GET', 'HEAD', 'POST']],
  ['POST', '/api/v1/projects/x', ['DELETE', 'GET', 'HEAD', 'PUT']],
  ['GET', '/api/v1/projects/x/sync', ['POST']],
  ['DELETE', '/api/cache/operations', ['GET', 'HEAD']],
  ['POST', '/api/events', ['GET', 'HEAD']],
  ['PUT', '/api/v1/projects/x/documents/epic/y', ['GET', 'HEAD']],
  ['POST', '/livez', ['GET', 'HEAD']],
  ['OPTIONS', '/api/v1/projects', ['GET', 'HEAD', 'POST']],
])('[GR2] %s %s is 405 with Allow', async (method, path, allowed) => {
  const answer = await send({ method, path });

  expect(answer.status).toBe(405);
  expectEnvelope(answer, 'METHOD_NOT_ALLOWED');
  expect(String(answer.headers.allow).split(', ').toSorted()).toEqual(allowed);
});

describe('[GR1] reading', () => {
  test('a trailing slash is ignored, not redirected', async () => {
    for (const path of ['/api/v1/projects/', `/api/v1/projects/${project.slug}/`]) {
      expect((await send({ path })).status).toBe(200);
    }
    expect((await send({ path: '/api/v1/nothing/' })).status).toBe(404);
    expect((await send({ method: 'PATCH', path: '/api/v1/projects/' })).status).toBe(405);
  });

  test('HEAD answers as GET does, without the body', async () => {
    const path = `/api/v1/projects/${project.slug}`;
    const [get, head] = [await send({ path }), await send({ method: 'HEAD', path })];

    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'sync-head'])
      expect(head.headers[name]).toBe(get.headers[name]);
    expect((await send({ method: 'HEAD', path: '/api/v1/projects/none' })).status).toBe(404);
  });

  test('unknown parameters are ignored', async () => {
    expect((await send({ path: '/api/v1/projects?colour=red&__proto__=x' })).status).toBe(200);
  });
});

test('[GR8] an ETag that matches is 304 with the head, until something changes', async () => {
  const path = `/api/v1/projects/${project.slug}`;
  const first = await send({ path });
  const etag = String(first.headers.etag);
  expect(etag).toMatch(/^W\/".+"$/);
  expect(first.headers['sync-head']).toBe(await project.cursor());

  for (const given of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    const same = await send({ path, headers: { 'if-none-match': given } });
    expect([same.status, same.text, same.headers.etag]).toEqual([304, '', etag]);
    expect(same.headers['sync-head']).toBe(first.headers['sync-head']);
  }

  await project.put({ name: 'Another name' });
  const changed = await send({ path, headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(changed.headers['sync-head']).toBe(await project.cursor());
});

test('[GU5] answers keep to themselves', async () => {
  for (const path of ['/api/v1/projects', '/api/v1/nothing', '/livez']) {
    const { headers } = await send({ path });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

describe('[GU4] with a token', () => {
  test('only who has it may ask, and probes stay open', async () => {
    const without = await send({}, locked);
    expect(without.status).toBe(401);
    expectEnvelope(without, 'UNAUTHENTICATED');
    expect(without.headers['www-authenticate']).toBe('Bearer');
    expect((await send({ headers: { authorization: 'Bearer correct-horse' } }, locked)).status).toBe(200);
    expect((await send({ headers: { cookie: 'syncline_session=%zz' } }, locked)).status).toBe(401);
    for (const path of ['/livez', '/readyz', '/api/v1/system/health']) {
      expect((await send({ path }, locked)).status).toBe(200);
    }
  });

  test('the host is asked first, and encoded ways round lead nowhere', async () => {
    expect((await send({ headers: { host: 'evil.example' } }, locked)).status).toBe(421);
    for (const path of [
      '/%61pi/v1/projects',
      '//api/v1/projects',
      '/api%2fv1/projects',
      '/API/v1/projects',
    ]) {
      const { text } = await send({ path }, locked);
      expect(text).not.toContain('sdlc_path');
      expect(text.startsWith('[')).toBe(false);
    }
  });
});
