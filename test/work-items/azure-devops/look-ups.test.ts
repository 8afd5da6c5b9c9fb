import { expect, test } from 'vitest';
import type { UpstreamCall } from '../../../server/platform/upstream/upstream.ts';
import { fabrikam, failureOf, idsOf, queryOf, range, toItem, trackOver } from './tracker-kit.ts';

const isQuery = ({ path }: UpstreamCall): boolean => path.includes('/wiql');
const isArtifacts = ({ path }: UpstreamCall): boolean => path.includes('/artifacturiquery');
const since = new Date('2026-11-21T12:00:00Z');

test('[RC5] candidates have the type and the title, and were created since the intent', async () => {
  const created: Record<number, string> = {
    1: '2026-11-21T08:00:00Z',
    2: '2026-11-21T11:59:59.5Z',
    3: '2026-11-21T12:00:00Z',
    4: '2026-11-22T00:00:00Z',
  };
  const { tracker, upstream } = trackOver((call) =>
    isQuery(call)
      ? { body: { workItems: range(1, 5).map((id) => ({ id })) } }
      : {
          body: {
            value: idsOf(call).map((id) =>
              id === 5 ? null : { id, rev: 1, fields: { 'System.CreatedDate': created[id] } },
            ),
          },
        },
  );

  const candidate = { type: 'User Story', title: "Bob's", createdSince: since };
  const ids = await tracker.findCandidates(fabrikam, candidate);

  // The clock of the service may be a little behind ours.
  expect(ids).toEqual([2, 3, 4]);
  const query = queryOf(upstream.calls[0] as UpstreamCall);
  expect(query).toContain("[System.WorkItemType] = 'User Story' AND [System.Title] = 'Bob''s'");
  expect(query).toContain("[System.CreatedDate] >= '2026-11-20'");
  expect(upstream.calls[1]?.body).toEqual({
    ids: range(1, 5),
    fields: ['System.CreatedDate'],
    errorPolicy: 'omit',
  });
});

test('[RC5] a marker field must hold exactly the text, though queries ignore case', async () => {
  const values: Record<number, string> = { 1: 'ardoq:Key', 2: 'ARDOQ:key' };
  const { tracker } = trackOver((call) =>
    isQuery(call)
      ? { body: { workItems: [{ id: 1 }, { id: 2 }] } }
      : {
          body: {
            value: idsOf(call).map((id) => ({ id, rev: 1, fields: { 'custom.sourcekey': values[id] } })),
          },
        },
  );

  expect(await tracker.findByField(fabrikam, 'Custom.SourceKey', 'ardoq:Key')).toEqual([1]);
});

test('a marker field that is no field is refused before anything is sent', async () => {
  const { tracker, upstream } = trackOver(() => ({}));

  expect(await failureOf(tracker.findByField(fabrikam, 'A] = 1 OR [B', 'x'))).toMatchObject({
    kind: 'rejected',
  });
  expect(upstream.calls).toEqual([]);
});

test('nothing found by a query costs no second call', async () => {
  const { tracker, upstream } = trackOver(() => ({ body: { workItems: [] } }));

  expect(await tracker.findByField(fabrikam, 'Custom.SourceKey', 'x')).toEqual([]);
  expect(upstream.calls).toHaveLength(1);
});

const withLink = (id: number, url: string) => toItem(id, {}, { relations: [{ rel: 'Hyperlink', url }] });

test('[AZ10][RC5] an item counts as found only if it carries that very link', async () => {
  const [asked, other, absent] = [
    'https://s/items/ardoq//aB',
    'https://s/items/ardoq//ab',
    'https://s/items/ardoq//c',
  ];
  const items = [withLink(1, asked), withLink(2, other), toItem(3)];
  const { tracker, upstream } = trackOver((call) =>
    isArtifacts(call)
      ? {
          body: {
            artifactUrisQueryResult: {
              [asked]: [{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }],
              [other]: null,
              [absent]: [],
            },
          },
        }
      : { body: { value: [...items, null] } },
  );

  const found = await tracker.findByHyperlink(fabrikam, [asked, other, absent]);

  expect([...found]).toEqual([[asked, [1]]]);
  expect(upstream.calls[0]?.body).toEqual({ artifactUris: [asked, other, absent] });
});

test('an address counts as the same when it comes back with a character encoded', async () => {
  const asked = 'https://s/items/request//caf%C3%A9';
  const { tracker } = trackOver((call) =>
    isArtifacts(call)
      ? { body: { artifactUrisQueryResult: { [asked]: [{ id: 1 }] } } }
      : { body: { value: [withLink(1, 'https://s/items/request//café')] } },
  );

  expect((await tracker.findByHyperlink(fabrikam, [asked])).get(asked)).toEqual([1]);
});

test('[AZ10] addresses are asked for 200 at a time', async () => {
  const { tracker, upstream } = trackOver(() => ({ body: { artifactUrisQueryResult: {} } }));

  await tracker.findByHyperlink(
    fabrikam,
    range(1, 201).map((id) => `https://s/items/ardoq//${id}`),
  );

  const sizes = upstream.calls.map(({ body }) => (body as { artifactUris: string[] }).artifactUris.length);
  expect(sizes).toEqual([200, 1]);
});
