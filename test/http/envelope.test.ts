/** Failures of the work item family: same causes as everywhere, in the words its clients know (PU1 to PU4). */
import { Hono } from 'hono';
import { z } from 'zod';
import { expect, test } from 'vitest';
import { defineRoute } from '../../shared/api/define.ts';
import {
  AdoProjectName,
  booleanFlag,
  enumFilter,
  isPeriod,
  isPushFamily,
  OpaqueId,
  pageQuery,
  periodQuery,
  RowId,
  succeeds,
  toPagination,
} from '../../shared/api/envelope.ts';
import { AppError } from '../../shared/failure.ts';
import { createCors } from '../../server/http/cors.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { mountNotFound } from '../../server/http/not-found.ts';
import { serveWrite, type HttpKit } from '../../server/http/serve-route.ts';
import type { Logger } from '../../server/platform/logger.ts';

const push = defineRoute({
  method: 'POST',
  path: '/api/azure-devops/projects/:project/workitems/:id',
  summary: '',
  role: 'operator',
  params: z.object({ project: AdoProjectName, id: RowId }),
  query: z.object({
    configId: OpaqueId.optional(),
    overwrite: booleanFlag(),
    status: enumFilter(['a', 'b']),
  }),
  body: z.object({ name: z.string() }),
  answer: succeeds(z.string()),
  status: 200,
});

const app = new Hono<HttpEnv>();
const errors: unknown[] = [];
const log = { error: (...told: unknown[]) => void errors.push(told) } as unknown as Logger;
app.onError(createErrorHandler(log));
app.use(createCors(['http://archbridge.example']));
app.use(async (c, next) => {
  c.set('requestId', 'r');
  c.set('actor', { kind: 'user', name: 'test' });
  c.set('origin', { ip: null, userAgent: null });
  await next();
});
serveWrite({ app, maxBodyBytes: 100 } as unknown as HttpKit, push, ({ body }) => {
  if (body.name === 'gone')
    throw new AppError('UPSTREAM_NOT_FOUND', 'No such project', { details: { status: 404 } });
  if (body.name === 'broken') throw new Error('secret inside');
  return Promise.resolve({ value: { success: true as const, data: body.name } });
});
mountNotFound(app, [push]);

const id = '01a1fe3f-aed3-7000-9703-5ed3530f1e35';
const good = `/api/azure-devops/projects/Fabrikam/workitems/${id}`;

async function send(path: string, body: unknown = { name: 'x' }, headers: Record<string, string> = {}) {
  const answer = await app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    headers: answer.headers,
  };
}

test('[PU1] success has its envelope', async () => {
  expect(await send(good)).toMatchObject({ status: 200, body: { success: true, data: 'x' } });
});

test.each([
  ['malformed JSON', good, '{', 400, 'INVALID_JSON'],
  ['a body that breaks the shape', good, { name: 1 }, 400, 'VALIDATION_FAILED'],
  ['a malformed id', '/api/azure-devops/projects/Fabrikam/workitems/not-a-uuid', {}, 400, 'INVALID_ID'],
  [
    'a project name of 65 characters',
    `/api/azure-devops/projects/${'x'.repeat(65)}/workitems/${id}`,
    {},
    400,
    'INVALID_PROJECT',
  ],
  [
    'a project name with a control character',
    `/api/azure-devops/projects/a%0Ab/workitems/${id}`,
    {},
    400,
    'INVALID_PROJECT',
  ],
  ['an unknown value of a filter', `${good}?status=c`, { name: 'x' }, 400, 'INVALID_PARAMETER'],
  ['a flag that is none', `${good}?overwrite=yes`, { name: 'x' }, 400, 'INVALID_PARAMETER'],
  ['an unknown route', '/api/sync-history/a/b/c', {}, 404, 'ROUTE_NOT_FOUND'],
  ['what the target refuses', good, { name: 'gone' }, 404, 'UPSTREAM_NOT_FOUND'],
  ['a body too large', good, { name: 'x'.repeat(200) }, 413, 'PAYLOAD_TOO_LARGE'],
  ['a failure of our own', good, { name: 'broken' }, 500, 'INTERNAL'],
])('[PU1, PU2, PU4] %s', async (_name, path, body, status, code) => {
  const answer = await send(path, body);

  expect(answer).toMatchObject({
    status,
    body: { success: false, code, error: expect.any(String) as string },
  });
  expect(JSON.stringify(answer.body)).not.toContain('secret');
});

test('[PU1] a wrong method says which are right', async () => {
  const answer = await app.request(good);

  expect(answer.status).toBe(405);
  expect(answer.headers.get('allow')).toBe('POST');
  expect(await answer.json()).toMatchObject({ success: false, code: 'METHOD_NOT_ALLOWED' });
});

test('[PU1] what breaks the shape is named by path', async () => {
  const { body } = await send(good, { name: 1 });

  expect(body.details).toEqual([{ path: 'name', message: expect.any(String) as string }]);
});

test('[PU7] a listed origin may read the answers, another is refused with 403', async () => {
  const listed = await send(good, { name: 'x' }, { origin: 'http://archbridge.example' });
  expect(listed.headers.get('access-control-allow-origin')).toBe('http://archbridge.example');

  const preflight = (origin: string) =>
    app.request(good, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  expect((await preflight('http://archbridge.example')).status).toBe(204);
  const refused = await preflight('http://evil.example');
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({ success: false, code: 'FORBIDDEN' });
  expect(
    (await send(good, { name: 'x' }, { origin: 'http://evil.example' })).headers.has(
      'access-control-allow-origin',
    ),
  ).toBe(false);
});

test.each([
  ['/api/azure-devops/projects', true],
  ['/api/ardoq/workspaces/1', true],
  ['/api/sync-history', true],
  ['/api/audit-logs/stats', true],
  ['/api/field-mapping/configs', true],
  ['/api/v1/projects/a/push', true],
  ['/api/v1/projects/a/sync', false],
  ['/api/v1/projects/push', false],
  ['/api/sync-historyx', false],
])('[PU1] %s speaks the family’s envelope: %s', (path, isFamily) => {
  expect(isPushFamily(path)).toBe(isFamily);
});

const page = z.object(pageQuery({ limit: 50, cap: 100 }));

test.each([
  [{}, { limit: 50, offset: 0 }],
  [
    { limit: '1000', offset: '-5' },
    { limit: 100, offset: 0 },
  ],
  [{ limit: '0' }, { limit: 1, offset: 0 }],
  [
    { limit: '', offset: '' },
    { limit: 50, offset: 0 },
  ],
])('[PU3] %j is clamped to what is used', (given, used) => {
  expect(page.parse(given)).toEqual(used);
});

test.each(['x', '1.5', '1e3', ' 1'])('[PU3] a limit of %j is refused', (limit) => {
  expect(page.safeParse({ limit }).success).toBe(false);
});

test('[PU3] has_more tells whether rows are left', () => {
  expect(toPagination({ limit: 10, offset: 0 }, 11, 10)).toEqual({
    total: 11,
    limit: 10,
    offset: 0,
    has_more: true,
  });
  expect(toPagination({ limit: 10, offset: 10 }, 11, 1).has_more).toBe(false);
});

const period = z.object(periodQuery());

test('[PU4] a bare end date means the whole day in UTC, and start after end is no period', () => {
  const { start_date, end_date } = period.parse({ start_date: '2026-03-01', end_date: '2026-03-01' });
  expect(start_date?.toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(end_date?.toISOString()).toBe('2026-03-01T23:59:59.999Z');

  expect(isPeriod({ start_date, end_date })).toBe(true);
  expect(isPeriod({ start_date: end_date, end_date: start_date })).toBe(false);
  expect(period.parse({ start_date: '', end_date: '' })).toEqual({
    start_date: undefined,
    end_date: undefined,
  });
});

test.each(['yesterday', '2026-13-01', '2026-03-01T25:00:00Z', '1'])('[PU4] %j is no date', (start_date) => {
  expect(period.safeParse({ start_date }).success).toBe(false);
});
