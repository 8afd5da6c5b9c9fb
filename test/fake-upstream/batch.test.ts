/** Many creates and updates in one call. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { azure, atRev, parent, set, title, type PatchStep } from './caller.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => fake.reset());

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const headers = { 'Content-Type': 'application/json-patch+json' };
const id = (value: number): PatchStep => ({ op: 'add', path: '/id', value });

const creating = (type: string, ...body: PatchStep[]) => ({
  method: 'PATCH',
  uri: `/Fabrikam/_apis/wit/workitems/$${encodeURIComponent(type)}?api-version=5.0`,
  headers,
  body,
});

const send = (entries: readonly unknown[], method = 'PATCH') =>
  azure(fake, method, '/_apis/wit/$batch', entries, { version: '5.0', type: 'application/json' });

const readEach = (body: { value: { code: number; body: string }[] }) =>
  body.value.map(({ code, body: text }) => ({
    code,
    ...(JSON.parse(text) as { id?: number; message?: string }),
  }));

test.each(['PATCH', 'POST'])('[AZ14] a batch of creates by %s answers each in order', async (method) => {
  const { status, body } = await send(
    [creating('Epic', id(-1), title('A')), creating('User Story', id(-2), title('B'))],
    method,
  );

  expect([status, body.count]).toEqual([200, 2]);
  expect(readEach(body).map((each) => [each.code, each.id])).toEqual([
    [200, 1],
    [200, 2],
  ]);
});

test('[AZ14] a link may point at an earlier entry by its negative id', async () => {
  await send([
    creating('Epic', id(-1), title('A')),
    creating('Feature', id(-2), title('B'), parent(fake, -1)),
  ]);

  expect(fake.items().map(({ title: name, parent: above }) => [name, above])).toEqual([
    ['A', null],
    ['B', 1],
  ]);
});

test('[AZ14] a failed entry stops nobody but those below it', async () => {
  const { body } = await send([
    creating('Epic', id(-1), title('x'.repeat(256))),
    creating('Feature', id(-2), title('below'), parent(fake, -1)),
    creating('Feature', id(-3), title('beside')),
  ]);

  expect(readEach(body).map(({ code }) => code)).toEqual([400, 404, 200]);
  expect(fake.items().map(({ title: name }) => name)).toEqual(['beside']);
});

test('[AZ14] a batch updates too', async () => {
  fake.seed({ items: [{ type: 'Epic', title: 'A' }] });

  const { body } = await send([
    {
      method: 'PATCH',
      uri: '/_apis/wit/workitems/1?api-version=5.0',
      headers,
      body: [atRev(1), set('System.Title', 'B')],
    },
    {
      method: 'PATCH',
      uri: '/_apis/wit/workitems/1?api-version=5.0',
      headers,
      body: [atRev(1), set('System.Title', 'C')],
    },
  ]);

  expect(readEach(body).map(({ code }) => code)).toEqual([200, 412]);
});

test('[FK10] a batch may be refused by one answer for all', async () => {
  fake.switches.batchFailure = 'one-for-all';

  const { body } = await send([creating('Epic', title('A')), creating('Epic', title('B'))]);

  expect([body.count, body.value[0].code]).toEqual([1, 400]);
  expect(fake.items()).toEqual([]);
});

test('[FK10] answers may be missing although all is done', async () => {
  fake.switches.batchAnswersMissing = 1;

  const { body } = await send([creating('Epic', title('A')), creating('Epic', title('B'))]);

  expect(body.count).toBe(1);
  expect(fake.items()).toHaveLength(2);
});

test('[FK1] an entry is held to the call it wraps', async () => {
  const { status } = await send([
    { ...creating('Epic', title('A')), headers: { 'Content-Type': 'application/json' } },
  ]);

  expect(status).toBe(400);
  expect(fake.takeBreaches()[0]?.text).toContain('entry 0: the content type application/json');
});
