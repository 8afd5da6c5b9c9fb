/** Who may talk to the fake, and in which words. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { azure, create, title } from './caller.ts';

let fake: FakeUpstream;

beforeEach(async () => {
  fake = await openFakeUpstream();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

const stranger = { headers: { authorization: 'Basic d3Jvbmc=' } };

test.each([
  ['GET', '/_apis/projects', undefined],
  ['POST', '/Fabrikam/_apis/wit/wiql', { query: 'SELECT [System.Id] FROM WorkItems' }],
])('[FK2] a wrong token gets a page to sign in on %s', async (method, path, body) => {
  const { status, text } = await azure(fake, method, path, body, stranger);

  expect(status).toBe(203);
  expect(text).toContain('Sign In');
});

test('[FK2] a wrong token is refused in JSON on PATCH', async () => {
  const { status, body } = await azure(fake, 'PATCH', '/_apis/wit/workitems/1', [title('x')], stranger);

  expect(status).toBe(401);
  expect(body.message).toMatch(/^TF400813/);
});

test('[FK18] the page to sign in may also be a redirect', async () => {
  fake.switches.badToken = 302;

  const { status, headers } = await azure(fake, 'GET', '/_apis/projects', undefined, stranger);

  expect(status).toBe(302);
  expect(headers.get('location')).toContain('_signin');
});

test('[AZ19] a bearer token opens the same door', async () => {
  const { status } = await azure(fake, 'GET', '/_apis/projects', undefined, {
    headers: { authorization: 'Bearer fake-pat' },
  });

  expect(status).toBe(200);
});

test('[FK2] an unknown project is not found', async () => {
  const { status, body } = await azure(fake, 'GET', '/Nowhere/_apis/wit/workitemtypes');

  expect(status).toBe(404);
  expect(body).toMatchObject({
    typeKey: 'ProjectDoesNotExistWithNameException',
    innerException: null,
    eventId: 3200,
  });
});

test('[FK2] an unknown organization is not found', async () => {
  const response = await fetch(`${fake.url}/initech/_apis/projects?api-version=7.1`, {
    headers: { authorization: 'Bearer fake-pat' },
  });

  expect(response.status).toBe(404);
});

test.each([
  [null, 'VssVersionNotSpecifiedException'],
  ['4.1', 'VssVersionOutOfRangeException'],
])('[AZ1] api-version %s is refused', async (version, typeKey) => {
  const { status, body } = await azure(fake, 'GET', '/_apis/projects', undefined, { version });

  expect(status).toBe(400);
  expect(body.typeKey).toBe(typeKey);
  expect(fake.takeBreaches()).toHaveLength(1);
});

test('[AZ1] the version may stand in the Accept header', async () => {
  const { status } = await azure(fake, 'GET', '/_apis/projects', undefined, {
    version: null,
    headers: { accept: 'application/json;api-version=7.1' },
  });

  expect(status).toBe(200);
});

test.each([
  ['GET', '/Fabrikam/_apis/wit/workitemz', undefined, 'the path is not described'],
  ['PUT', '/_apis/wit/workitems/1', [title('x')], 'the method PUT is not described'],
  ['GET', '/_apis/wit/workitems/one', undefined, 'id=one is not of its type'],
  ['GET', '/_apis/wit/workitems/1?$expand=some', undefined, '$expand=some is not of its type'],
  ['GET', '/_apis/wit/workitems/1?expand=all', undefined, 'the query parameter expand is not described'],
  ['GET', '/_apis/wit/workitems', undefined, 'the query parameter ids is missing'],
  ['POST', '/Fabrikam/_apis/wit/workitemsbatch', { ids: ['1'] }, '/ids/0 must be integer'],
  ['POST', '/Fabrikam/_apis/wit/workitems/$Epic', [{ path: '/fields/System.Title', value: 'x' }], "'op'"],
])('[FK1] %s %s is a breach', async (method, path, body, text) => {
  const { status } = await azure(fake, method, path, body);

  const breaches = fake.takeBreaches();

  expect(status).toBe(400);
  expect(breaches).toHaveLength(1);
  expect(breaches[0]?.text).toContain(text);
});

test('[FK1] a patch sent as plain JSON is a breach', async () => {
  const { status } = await azure(fake, 'POST', '/Fabrikam/_apis/wit/workitems/$Epic', [title('x')], {
    type: 'application/json',
  });

  expect(status).toBe(400);
  expect(fake.takeBreaches()[0]?.text).toContain('application/json-patch+json');
});

test('[FK1] a breach nobody expected fails the test that caused it', async () => {
  const other = await openFakeUpstream();
  await azure(other, 'GET', '/_apis/wit/workitemz');

  await expect(other[Symbol.asyncDispose]()).rejects.toThrow(/the path is not described/);
});

test('[FK11] past its budget a client is delayed, then refused, and noted when it does not wait', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  await using slow = await openFakeUpstream({
    nowMs: () => nowMs,
    switches: { throttle: { budget: 2, windowMs: 300_000, refuseAt: 3, retryAfterS: 5, delayMs: 0 } },
  });
  const ask = () => azure(slow, 'GET', '/_apis/projects');

  const free = await ask();
  await ask();
  const delayed = await ask();
  nowMs += 4_990;
  const refused = await ask();
  nowMs += 5_000;
  await ask();
  const early = slow.earlyCalls().length;
  nowMs += 300_000;
  const again = await ask();

  expect([free.status, delayed.status, refused.status, again.status]).toEqual([200, 200, 429, 200]);
  expect(free.headers.get('x-ratelimit-remaining')).toBe('1');
  expect(free.headers.get('retry-after')).toBeNull();
  expect(delayed.headers.get('retry-after')).toBe('5');
  expect(refused.body.message).toMatch(/^TF400733/);
  expect(early).toBe(1);
});

test('[FK13] the log keeps what was asked and never the token', async () => {
  await create(fake, 'Epic', [title('First')]);
  await azure(fake, 'GET', '/_apis/projects');

  const requests = fake.requests();

  expect(requests.map(({ kind, isWrite, status }) => [kind, isWrite, status])).toEqual([
    ['create', true, 200],
    ['projects', false, 200],
  ]);
  expect(requests[0]?.titles).toEqual(['First']);
  expect(JSON.stringify(requests)).not.toContain(Buffer.from(':fake-pat').toString('base64'));
});
