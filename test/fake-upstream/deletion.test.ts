/** Deleting work items, and finding them in the recycle bin. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { atRev, azure, parent, read, update } from './caller.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => {
  fake.reset();
  fake.seed({
    items: [
      {
        type: 'Epic',
        title: 'A',
        marker: { base: 'http://me', system: 'documents', scope: 'p', sourceId: '1' },
      },
      { type: 'Feature', title: 'B', parent: 1 },
      { type: 'Test Case', title: 'T' },
    ],
  });
});

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const deleteMany = (ids: readonly number[], destroy = false) =>
  azure(fake, 'POST', '/Fabrikam/_apis/wit/workitemsdelete', { ids, destroy });

test('[AZ8] a deleted work item is in the recycle bin, and nobody links to it', async () => {
  const { status, body } = await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/1');

  const bin = await azure(fake, 'GET', '/Fabrikam/_apis/wit/recyclebin');

  expect([status, body.id, body.code]).toEqual([200, 1, 200]);
  expect(bin.body.value).toMatchObject([{ id: 1 }]);
  expect((await read(fake, 1)).status).toBe(404);
  expect((await read(fake, 2)).body.relations).toBeUndefined();
  expect(fake.countByMarker()).toEqual({});
});

test('[AZ9] what is restored is there again, with its links', async () => {
  await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/1');

  const { status } = await azure(fake, 'PATCH', '/Fabrikam/_apis/wit/recyclebin/1', { isDeleted: false });

  expect(status).toBe(200);
  expect(fake.items()[1]?.parent).toBe(1);
  expect(fake.countByMarker()).toEqual({ 'http://me/items/documents/p/1': 1 });
});

test('[FK8] a child that found another parent meanwhile keeps it', async () => {
  await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/1');
  fake.seed({ items: [{ type: 'Epic', title: 'C' }] });
  await update(fake, 2, [atRev(1), parent(fake, 4)]);

  await azure(fake, 'PATCH', '/Fabrikam/_apis/wit/recyclebin/1', { isDeleted: false });

  expect(fake.items()[1]?.links).toEqual([
    { rel: 'System.LinkTypes.Hierarchy-Reverse', target: 4, comment: null },
  ]);
});

test.each([
  ['a destroyed work item', '/Fabrikam/_apis/wit/workitems/1?destroy=true'],
  ['one destroyed in the bin', '/Fabrikam/_apis/wit/recyclebin/1'],
])('[FK8] %s is gone for good', async (_what, path) => {
  if (path.includes('recyclebin')) await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/1');

  await azure(fake, 'DELETE', path);

  expect(fake.items().map(({ id, parent }) => [id, parent])).toEqual([
    [2, null],
    [3, null],
  ]);
  expect((await azure(fake, 'GET', '/Fabrikam/_apis/wit/recyclebin/1')).status).toBe(404);
});

test('[FK8] each of many has its own code, and test cases are refused', async () => {
  const { status, body } = await deleteMany([1, 99, 3]);

  expect(status).toBe(200);
  expect(body.results.map(({ id, code }: { id: number; code: number }) => [id, code])).toEqual([
    [1, 200],
    [99, 404],
    [3, 400],
  ]);
  expect(fake.items().map(({ isDeleted }) => isDeleted)).toEqual([true, false, false]);
});

test('[FK8] [FK18] deleting may answer without a body', async () => {
  fake.switches.deleteManyAnswer = 204;
  fake.switches.deleteOneAnswer = 204;

  const many = await deleteMany([1]);
  const one = await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/2');

  expect([many.status, many.text, one.status]).toEqual([204, '', 204]);
  expect(fake.items().map(({ isDeleted }) => isDeleted)).toEqual([true, true, false]);
});

test('[FK7] more than 200 at once are refused', async () => {
  const { status, body } = await deleteMany(Array.from({ length: 201 }, (_, index) => index + 1));

  expect(status).toBe(400);
  expect(body.message).toContain('exceeded the threshold 200');
});
