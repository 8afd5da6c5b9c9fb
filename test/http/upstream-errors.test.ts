/** What clients are told of failures of outside services (PU6). */
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { serveOutside } from '../../server/http/serve-outside.ts';
import type { HttpKit } from '../../server/http/serve-route.ts';
import { toAppError } from '../../server/http/upstream-errors.ts';
import type { Logger } from '../../server/platform/logger.ts';
import {
  UpstreamFailure,
  type UpstreamFailureFacts,
  type UpstreamFailureKind,
} from '../../server/platform/upstream/upstream.ts';
import { defineRoute } from '../../shared/api/define.ts';
import { succeeds } from '../../shared/api/envelope.ts';

const failure = (kind: UpstreamFailureKind, facts: Partial<UpstreamFailureFacts> = {}, cause?: unknown) =>
  new UpstreamFailure(
    {
      kind,
      message: 'It failed.',
      status: null,
      isAmbiguous: false,
      body: null,
      activityId: null,
      retryAfterMs: null,
      ...facts,
    },
    { cause },
  );

test.each([
  ['auth', 502, 'UPSTREAM_AUTH_FAILED'],
  ['forbidden', 502, 'UPSTREAM_FORBIDDEN'],
  ['not-found', 404, 'UPSTREAM_NOT_FOUND'],
  ['rejected', 422, 'UPSTREAM_REJECTED'],
  ['throttled', 503, 'UPSTREAM_THROTTLED'],
  ['timeout', 504, 'UPSTREAM_TIMEOUT'],
  ['network', 502, 'UPSTREAM_ERROR'],
  ['server', 502, 'UPSTREAM_ERROR'],
  ['unreadable', 502, 'UPSTREAM_ERROR'],
  ['open-circuit', 502, 'UPSTREAM_ERROR'],
  ['host', 400, 'HOST_NOT_ALLOWED'],
] as const)('[PU6] %s is %i %s', (kind, status, code) => {
  expect(toAppError(failure(kind), 'Ardoq')).toMatchObject({ status, code });
});

test('[PU6] an open circuit is told as what opened it', () => {
  expect(toAppError(failure('open-circuit', {}, failure('auth')), 'Ardoq').code).toBe('UPSTREAM_AUTH_FAILED');
});

test.each([
  ['what the service said', 34_500, '35'],
  ['a minute when it said nothing', null, '60'],
  ['a second at least', 0, '1'],
])('[PU6] throttling tells when to come again: %s', (_name, retryAfterMs, seconds) => {
  expect(toAppError(failure('throttled', { retryAfterMs }), 'Ardoq').headers).toEqual({
    'Retry-After': seconds,
  });
});

test('[PU6] details name the service, status and codes, and nothing else of the answer', () => {
  const body = {
    message: 'TF401320: Rule Error for field Title.\r\n Error code: Required.',
    typeKey: 'RuleValidationException',
    customProperties: { echo: 'canary' },
  };

  const error = toAppError(failure('rejected', { status: 400, body, activityId: 'a-1' }), 'Azure DevOps');

  expect(error.details).toEqual({
    service: 'Azure DevOps',
    status: 400,
    upstreamCode: 'TF401320',
    typeKey: 'RuleValidationException',
    activityId: 'a-1',
  });
  expect(error.message).toBe('It failed. TF401320: Rule Error for field Title. Error code: Required.');
});

test.each([['text'], [null], [[]], [{ message: 7, typeKey: {} }]])(
  '[PU6] a strange body (%j) tells nothing',
  (body) => {
    expect(toAppError(failure('server', { status: 500, body }), 'Ardoq')).toMatchObject({
      message: 'It failed.',
      details: { service: 'Ardoq', status: 500 },
    });
  },
);

const route = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces',
  summary: '',
  role: 'viewer',
  query: z.object({ fail: z.string().optional() }),
  answer: succeeds(z.string()),
  status: 200,
});

function serve(read: () => Promise<string>) {
  const logged: unknown[] = [];
  const app = new Hono<HttpEnv>();
  app.onError(
    createErrorHandler({ error: (...told: unknown[]) => void logged.push(told) } as unknown as Logger),
  );
  serveOutside({ app } as unknown as HttpKit, route, 'Ardoq', async () => ({
    success: true as const,
    data: await read(),
  }));
  return { app, logged };
}

test('[PU6] a route that asks outside answers with the failure of the service in the envelope of the family', async () => {
  const { app } = serve(() => Promise.reject(failure('auth', { status: 401 })));

  const answer = await app.request('/api/ardoq/workspaces');

  expect(answer.status).toBe(502);
  expect(await answer.json()).toEqual({
    success: false,
    error: 'It failed.',
    code: 'UPSTREAM_AUTH_FAILED',
    details: { service: 'Ardoq', status: 401 },
  });
});

test('an answer from outside is kept by nobody', async () => {
  const { app } = serve(() => Promise.resolve('here'));

  const answer = await app.request('/api/ardoq/workspaces');

  expect(await answer.json()).toEqual({ success: true, data: 'here' });
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
});

test('a reader who left is no error', async () => {
  const leaving = new AbortController();
  const { app, logged } = serve(() => {
    leaving.abort();
    return Promise.reject(leaving.signal.reason as Error);
  });

  await app.request('/api/ardoq/workspaces', { signal: leaving.signal });

  expect(logged).toEqual([]);
});
