/** The database goes away and comes back: probes say so in time, and the server recovers by itself (SH2, F11). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { openDatabaseProxy, type DatabaseProxy } from '../support/database-proxy.ts';
import { until } from '../support/until.ts';
import { startTestServer, type TestServer } from '../support/server.ts';

let database: TestDatabase;
let proxy: DatabaseProxy;
let server: TestServer;

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await openDatabaseProxy(database.url);
  server = await startTestServer({ DATABASE_URL: proxy.url, SYNCLINE_LOG_LEVEL: 'silent' });
});

afterAll(async () => {
  await proxy.set('pass');
  await server[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

async function ask(path: string) {
  const startedMs = performance.now();
  const answer = await server.request('GET', path);
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: answer.headers, body, tookMs: performance.now() - startedMs };
}

test('[SH1] all is well: the keys of the older client and what is added', async () => {
  const { status, body, headers } = await ask('/api/v1/system/health');

  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toEqual({
    status: 'healthy',
    database: 'connected',
    version: '0.0.0-test',
    migration_ok: true,
    fts_ok: true,
    ready: true,
    degraded: [],
  });
});

describe.each(['refuse', 'hang'] as const)('while the database would %s', (mode) => {
  test('[SH2, SH3, ST5] every probe says so within 2 s, and the server is ready again afterwards', async () => {
    await proxy.set(mode);

    const health = await ask('/api/v1/system/health');
    expect(health.status).toBe(503);
    expect(health.tookMs).toBeLessThan(2000);
    expect(health.body).toMatchObject({
      status: 'unhealthy',
      database: 'disconnected',
      migration_ok: false,
      fts_ok: false,
      ready: false,
    });
    const [ready, live, cache] = await Promise.all([ask('/readyz'), ask('/livez'), ask('/api/health')]);
    expect([ready.status, ready.body]).toEqual([503, { status: 'not_ready', reasons: ['database'] }]);
    expect([live.status, live.body]).toEqual([200, { status: 'live' }]);
    expect([cache.status, cache.body.status, cache.body.db]).toEqual([503, 'unavailable', 'disconnected']);
    for (const { tookMs } of [ready, live, cache]) expect(tookMs).toBeLessThan(2000);

    await proxy.set('pass');
    await until('health is back', async () => (await ask('/api/v1/system/health')).status === 200);
    await until('routes answer again', async () => (await ask('/api/v1/projects')).status === 200);
    expect((await ask('/readyz')).body).toEqual({ status: 'ready', reasons: [] });
  });
});

test('[GR3] a route that needs a database that refuses is 503 with Retry-After, in the envelope', async () => {
  await proxy.set('refuse');

  const { status, headers, body } = await ask('/api/v1/projects');

  expect(status).toBe(503);
  expect(headers.get('retry-after')).toMatch(/^\d+$/);
  expect(body).toEqual({
    error: { code: 'UNAVAILABLE', message: expect.any(String), requestId: headers.get('x-request-id') },
  });
  await proxy.set('pass');
  await until('routes answer again', async () => (await ask('/api/v1/projects')).status === 200);
});
