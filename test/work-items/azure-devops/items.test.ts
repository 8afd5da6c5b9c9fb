import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PatchOperation } from '../../../server/features/work-items/tracker.ts';
import { UpstreamFailure } from '../../../server/platform/upstream/upstream.ts';
import { fabrikam, failureOf, idsOf, range, toItem, toStory, trackOver } from './tracker-kit.ts';

test('[AZ4][PL3] ids are read 200 at a time, with relations, and the missing are absent', async () => {
  const { tracker, upstream } = trackOver((call) => ({
    body: { value: idsOf(call).map((id) => (id % 2 === 0 ? null : toItem(id))) },
  }));

  const items = await tracker.readItems(range(1, 450));

  expect(upstream.calls.map((call) => idsOf(call).length)).toEqual([200, 200, 50]);
  expect([...items.keys()]).toEqual(range(1, 450).filter((id) => id % 2 === 1));
  expect(upstream.calls[0]?.body).toMatchObject({ $expand: 'relations', errorPolicy: 'omit' });
});

test('[AZ15] where texts are so long that an answer is not taken, fewer are asked for', async () => {
  const { tracker, upstream } = trackOver((call) => {
    if (idsOf(call).length > 60) throw tooLong;
    return { body: { value: idsOf(call).map((id) => toItem(id)) } };
  });

  const items = await tracker.readItems(range(1, 200));

  expect([...items.keys()]).toEqual(range(1, 200));
  expect(upstream.calls.map((call) => idsOf(call).length)).toEqual([200, 100, 50, 50, 100, 50, 50]);
});

test('one work item too long to be taken is told, and not asked for again and again', async () => {
  const { tracker, upstream } = trackOver(() => {
    throw tooLong;
  });

  expect(await failureOf(tracker.readItems([1]))).toMatchObject({ kind: 'unreadable', isAmbiguous: false });
  expect(upstream.calls).toHaveLength(1);
});

const tooLong = new UpstreamFailure({
  kind: 'unreadable',
  message: 'The answer of Azure DevOps is longer than is taken.',
  status: null,
  isAmbiguous: false,
  body: null,
  activityId: null,
  retryAfterMs: null,
});

test('nothing is asked for no ids', async () => {
  const { tracker, upstream } = trackOver(() => ({ body: {} }));

  expect((await tracker.readItems([])).size).toBe(0);
  expect(upstream.calls).toEqual([]);
});

test('a work item is what the service says of it', async () => {
  const person = { displayName: 'Jamal', uniqueName: 'jamal@example.com' };
  const parent = {
    rel: 'System.LinkTypes.Hierarchy-Reverse',
    url: 'https://dev.azure.com/Contoso/_apis/wit/workItems/1',
  };
  const { tracker } = trackOver(() => ({
    body: toItem(
      9,
      { 'System.Title': 'a', 'System.ChangedBy': person },
      {
        rev: 4,
        relations: [
          parent,
          { rel: 'Hyperlink', url: 'https://s/items/1', attributes: { comment: 'syncline' } },
        ],
      },
    ),
  }));

  expect(await tracker.create(fabrikam, toStory('a'))).toEqual({
    id: 9,
    rev: 4,
    type: 'User Story',
    projectName: 'Fabrikam',
    fields: {
      'System.TeamProject': 'Fabrikam',
      'System.WorkItemType': 'User Story',
      'System.Title': 'a',
      'System.ChangedBy': person,
    },
    relations: [
      { ...parent, attributes: {} },
      { rel: 'Hyperlink', url: 'https://s/items/1', attributes: { comment: 'syncline' } },
    ],
    htmlUrl: 'https://dev.azure.com/Contoso/Fabrikam/_workitems/edit/9',
    changedBy: person,
  });
});

test.each([
  ['https://dev.azure.com/Contoso/x/_workitems/edit/9', 'https://dev.azure.com/Contoso/x/_workitems/edit/9'],
  ['javascript:alert(1)', 'https://dev.azure.com/Contoso/R%26D%20%231/_workitems/edit/9'],
  [undefined, 'https://dev.azure.com/Contoso/R%26D%20%231/_workitems/edit/9'],
])('[PU23] with %s as its page, people are sent to %s', async (href, page) => {
  const _links = { self: { href: 'https://dev.azure.com/Contoso/_apis/wit/workItems/9' }, html: { href } };
  const { tracker } = trackOver(() => ({ body: toItem(9, { 'System.TeamProject': 'R&D #1' }, { _links }) }));

  expect(await tracker.create(fabrikam, toStory('a'))).toMatchObject({ htmlUrl: page });
});

test('an older answer names a person by text alone', async () => {
  const { tracker } = trackOver(() => ({
    body: toItem(9, { 'System.ChangedBy': 'Jamal <jamal@example.com>' }),
  }));

  expect(await tracker.update(9, [])).toMatchObject({
    changedBy: { displayName: 'Jamal <jamal@example.com>' },
  });
});

test('[AZ13] a relation points at the organisation of the connection', () => {
  const { tracker } = trackOver(() => ({}));

  expect(tracker.workItemUrl(7)).toBe('https://dev.azure.com/Contoso/_apis/wit/workItems/7');
  expect(tracker.organization).toBe('contoso');
});

test('[AZ5][PL6] a probe sends the change with validateOnly and keeps nothing of the answer', async () => {
  const { tracker, upstream } = trackOver(() => ({ body: { id: -1 } }));

  await tracker.probe(fabrikam, { item: toStory('a') });
  await tracker.probe(fabrikam, { id: 5, patch: [{ op: 'test', path: '/rev', value: 1 }] });

  expect(upstream.calls.map(({ path }) => /validateOnly=true/.test(path))).toEqual([true, true]);
  expect(upstream.calls.map(({ contentType }) => contentType)).toEqual(
    Array(2).fill('application/json-patch+json'),
  );
});

const fieldNames = ['System.Title', 'system.title', 'System.Tags', 'Custom.A', 'CUSTOM.A'];
const operation: fc.Arbitrary<PatchOperation> = fc.oneof(
  fc.record({
    op: fc.constant('add' as const),
    path: fc.constantFrom(...fieldNames).map((name) => `/fields/${name}`),
  }),
  fc.record({ op: fc.constant('add' as const), path: fc.constantFrom('/relations/-', '/rev') }),
);

test('a patch that is sent never names one field twice, in any case of its letters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 6 }), async (patch) => {
      const fields = patch
        .filter(({ path }) => path.startsWith('/fields/'))
        .map(({ path }) => path.toLowerCase());
      const isTwice = new Set(fields).size < fields.length;
      const { tracker, upstream } = trackOver((call) =>
        call.path.includes('$batch') ? { body: { value: [] } } : { body: toItem(1) },
      );

      const item = { type: 'Epic', patch };
      await Promise.allSettled([
        tracker.create(fabrikam, item),
        tracker.update(1, patch),
        tracker.probe(fabrikam, { item }),
        tracker.createMany(fabrikam, [toStory('x'), item]),
      ]);

      expect(upstream.calls.length).toBe(isTwice ? 0 : 4);
    }),
  );
});

test('a patch that names a field twice is refused without a doubt', async () => {
  const patch = [...toStory('a').patch, ...toStory('b').patch];
  const { tracker } = trackOver(() => ({}));

  const failure = await failureOf(tracker.update(1, patch));

  expect(failure).toMatchObject({ kind: 'rejected', isAmbiguous: false });
  expect(failure.message).toContain('System.Title');
});
