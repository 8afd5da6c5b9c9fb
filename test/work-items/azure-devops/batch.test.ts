import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CreateOutcome } from '../../../server/features/work-items/tracker.ts';
import type { Scripted } from './scripted-upstream.ts';
import { fabrikam, failureOf, toItem, toStory, trackOver } from './tracker-kit.ts';

interface Entry {
  readonly code: number;
  readonly body?: unknown;
}

const answerWith = (entries: readonly Entry[]): Scripted => ({
  body: {
    count: entries.length,
    value: entries.map(({ code, body }) => ({ code, headers: {}, body: JSON.stringify(body) })),
  },
});

const made = (id: number, title: string): Entry => ({
  code: 200,
  body: toItem(id, { 'System.Title': title }),
});
const refused = (code: number, message: string): Entry => ({
  code,
  body: { count: 1, value: { Message: message } },
});

const say = (outcome: CreateOutcome) =>
  outcome.ok ? outcome.item.id : `${outcome.failure.kind}${outcome.failure.isAmbiguous ? '?' : ''}`;

const createAll = async (titles: readonly string[], answer: Scripted) => {
  const { tracker, upstream } = trackOver(() => answer);
  const outcomes = await tracker.createMany(fabrikam, titles.map(toStory));
  return { said: outcomes.map(say), outcomes, upstream };
};

test('[AZ14] a batch wraps each create as a call of its own, with an id of its own below zero', async () => {
  const { upstream } = await createAll(['a', 'b'], answerWith([made(1, 'a'), made(2, 'b')]));

  const [call] = upstream.calls;
  expect(call).toMatchObject({
    method: 'PATCH',
    path: '/Contoso/_apis/wit/$batch?api-version=5.0',
    isIdempotent: false,
  });
  expect(call?.body).toEqual(
    ['a', 'b'].map((title, index) => ({
      method: 'PATCH',
      uri: `/${fabrikam.id}/_apis/wit/workitems/$User%20Story?api-version=5.0`,
      headers: { 'Content-Type': 'application/json-patch+json' },
      body: [
        { op: 'add', path: '/id', value: -1 - index },
        { op: 'add', path: '/fields/System.Title', value: title },
      ],
    })),
  );
});

test('[AZ14] a failed entry does not stop the others, and its reason is its own', async () => {
  const { said, outcomes } = await createAll(
    ['a', 'b', 'c'],
    answerWith([made(1, 'a'), refused(400, 'TF401320: Rule Error for field Risk.'), made(3, 'c')]),
  );

  expect(said).toEqual([1, 'rejected', 3]);
  expect(outcomes[1]).toMatchObject({ failure: { upstreamCode: 'TF401320', status: 400 } });
});

test.each([
  [400, 'rejected'],
  [401, 'auth'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [408, 'timeout?'],
  [429, 'throttled'],
  [500, 'server?'],
  [503, 'server?'],
  [203, 'auth?'],
  [302, 'auth?'],
  [207, 'unreadable?'],
])('[RC4] an entry with %i is %s', async (code, said) => {
  expect((await createAll(['a', 'b'], answerWith([made(1, 'a'), { code, body: null }]))).said).toEqual([
    1,
    said,
  ]);
});

test('an entry that says well and shows no work item is in doubt', async () => {
  expect((await createAll(['a'], answerWith([{ code: 200, body: { id: 'x' } }]))).said).toEqual([
    'unreadable?',
  ]);
});

test('[AZ14] one 400 for all of a batch is thrown, and leaves it in doubt', async () => {
  const { tracker } = trackOver(() => answerWith([refused(400, 'VS403657: The batch is malformed.')]));

  const failure = await failureOf(tracker.createMany(fabrikam, ['a', 'b', 'c'].map(toStory)));

  expect(failure).toMatchObject({
    kind: 'rejected',
    status: 400,
    upstreamCode: 'VS403657',
    isAmbiguous: true,
  });
});

test('one 400 for a batch of one is the refusal of that one', async () => {
  expect((await createAll(['a'], answerWith([refused(400, 'TF1234: no')]))).said).toEqual(['rejected']);
});

test('a batch that is refused as a call made nothing', async () => {
  const { tracker } = trackOver(() => ({ status: 400, body: { message: 'VS1234: no such call' } }));

  const failure = await failureOf(tracker.createMany(fabrikam, [toStory('a'), toStory('b')]));

  expect(failure).toMatchObject({ kind: 'rejected', isAmbiguous: false });
});

test.each([
  ['the end is cut off', [made(1, 'a'), made(2, 'b')], [1, 2, 'unreadable?']],
  ['the middle is missing', [made(1, 'a'), made(3, 'c')], [1, 'unreadable?', 'unreadable?']],
  ['a refusal cannot be placed', [refused(400, 'no'), made(2, 'b')], ['unreadable?', 2, 'unreadable?']],
  ['nothing is there', [], ['unreadable?', 'unreadable?', 'unreadable?']],
  [
    'there is more than was sent',
    [made(1, 'x'), made(2, 'b'), made(3, 'c'), made(4, 'd')],
    ['unreadable?', 2, 3],
  ],
])(
  '[AZ14][RC4] where %s, only what shows itself to be the item is taken for it',
  async (_, entries, said) => {
    expect((await createAll(['a', 'b', 'c'], answerWith(entries))).said).toEqual(said);
  },
);

test('[AZ14] however an answer is cut, no item is given the id of another, and nothing made is called refused', () =>
  fc.assert(
    fc.asyncProperty(fc.subarray([0, 1, 2, 3, 4, 5]), async (kept) => {
      const titles = ['a', 'b', 'c', 'd', 'e', 'f'];
      const entries = kept.map((index) => made(100 + index, titles[index] ?? ''));

      const { outcomes } = await createAll(titles, answerWith(entries));

      for (const [index, outcome] of outcomes.entries()) {
        if (outcome.ok) expect(outcome.item.id).toBe(100 + index);
        else expect(outcome.failure.isAmbiguous).toBe(true);
      }
    }),
  ));

test('no items, no call; more than 50 are never sent', async () => {
  const { tracker, upstream } = trackOver(() => answerWith([]));

  expect(await tracker.createMany(fabrikam, [])).toEqual([]);
  await expect(tracker.createMany(fabrikam, Array(51).fill(toStory('x')))).rejects.toThrow(RangeError);
  expect(upstream.calls).toEqual([]);
});
