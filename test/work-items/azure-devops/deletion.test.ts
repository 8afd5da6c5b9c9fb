import { expect, test } from 'vitest';
import type { Deletion } from '../../../server/features/work-items/tracker.ts';
import type { UpstreamCall } from '../../../server/platform/upstream/upstream.ts';
import { refuse, type Scripted } from './scripted-upstream.ts';
import { fabrikam, failureOf, idsOf, range, toItem, trackOver } from './tracker-kit.ts';

const bin = { destroy: false };
const isDelete = ({ path }: UpstreamCall): boolean => path.includes('workitemsdelete');
const say = ({ id, outcome, code }: Deletion): string => `${id} ${outcome} ${code}`;

const reading = (left: readonly number[], call: UpstreamCall): Scripted => ({
  body: { value: idsOf(call).map((id) => (left.includes(id) ? toItem(id) : null)) },
});

test('[AZ8] the code of each id decides, whatever the status of the call', async () => {
  const results = [
    { id: 1, code: 200, message: null },
    { id: 2, code: 404, message: 'TF401232: gone' },
    { id: 3, code: 403, message: 'TF237111: no permission' },
  ];
  const { tracker, upstream } = trackOver(() => ({ body: { results } }));

  const deletions = await tracker.delete(fabrikam, [1, 2, 3], { destroy: true });

  expect(deletions.map(say)).toEqual(['1 deleted 200', '2 gone 404', '3 failed 403']);
  expect(upstream.calls).toHaveLength(1);
  expect(upstream.calls[0]?.body).toEqual({ ids: [1, 2, 3], destroy: true });
});

test('[AZ8] an answer without a body is believed of what is absent afterwards', async () => {
  const { tracker } = trackOver((call) => (isDelete(call) ? { status: 204 } : reading([2], call)));

  const deletions = await tracker.delete(fabrikam, [1, 2, 3], bin);

  expect(deletions.map(say)).toEqual(['1 deleted 204', '2 failed 204', '3 deleted 204']);
});

test('[AZ8] ids that the answer leaves out are read again', async () => {
  const { tracker, upstream } = trackOver((call) =>
    isDelete(call) ? { body: { results: [{ id: 2, code: 200 }] } } : reading([1], call),
  );

  const deletions = await tracker.delete(fabrikam, [1, 2, 3], bin);

  expect(deletions.map(({ outcome }) => outcome)).toEqual(['failed', 'deleted', 'deleted']);
  expect(idsOf(upstream.calls[1] as UpstreamCall)).toEqual([1, 3]);
});

test('[PU33] a type that can only go elsewhere comes with the remedy', async () => {
  const results = [
    { id: 1, code: 400, message: 'VS403xxx: cannot delete test work items.', type: 'Test Case' },
  ];
  const { tracker } = trackOver(() => ({ body: { results } }));

  const [deletion] = await tracker.delete(fabrikam, [1], bin);

  expect(deletion).toMatchObject({ outcome: 'failed' });
  expect(deletion?.message).toMatch(/Test Plans/);
});

test('[AZ8][PU33] where one id refuses the whole call, the others go and that one is named', async () => {
  const { tracker } = trackOver((call) =>
    idsOf(call).includes(6)
      ? refuse(400, 'WorkItemDeleteException', 'VS403145: test work items cannot be deleted.')
      : { body: { results: idsOf(call).map((id) => ({ id, code: 200 })) } },
  );

  const deletions = await tracker.delete(fabrikam, range(1, 8), bin);

  expect(deletions.map(({ id }) => id)).toEqual(range(1, 8));
  expect(deletions.filter(({ outcome }) => outcome !== 'deleted').map(say)).toEqual(['6 failed VS403145']);
});

test('one id that is not there does not refuse the others', async () => {
  const { tracker } = trackOver((call) =>
    idsOf(call).includes(2)
      ? refuse(404, 'WorkItemUnauthorizedAccessException', 'TF401232: Work item 2 does not exist.')
      : { body: { results: idsOf(call).map((id) => ({ id, code: 200 })) } },
  );

  expect((await tracker.delete(fabrikam, [1, 2], bin)).map(say)).toEqual([
    '1 deleted 200',
    '2 gone TF401232',
  ]);
});

test.each([
  ['forbidden', refuse(403, 'AccessDeniedException', 'TF401027: no'), false],
  ['not-found', refuse(404, 'ProjectDoesNotExist', 'TF200016: no such project'), false],
  ['server', { status: 500 }, true],
] as const)(
  'a call that is %s as a whole is thrown and not tried by halves',
  async (kind, answer, isAmbiguous) => {
    const { tracker, upstream } = trackOver(() => answer);

    expect(await failureOf(tracker.delete(fabrikam, [1, 2], bin))).toMatchObject({ kind, isAmbiguous });
    expect(upstream.calls).toHaveLength(1);
  },
);

test('[PU20] what fails after something was deleted is in doubt', async () => {
  const afterwards = trackOver((call) => (isDelete(call) ? { status: 204 } : { status: 403 }));
  const halfway = trackOver((call, nth) => {
    if (nth === 1) return refuse(400, 'WorkItemDeleteException', 'VS403145: no');
    return nth === 2 ? { body: { results: [{ id: 1, code: 200 }] } } : { status: 403 };
  });

  for (const { tracker } of [afterwards, halfway]) {
    const failure = await failureOf(tracker.delete(fabrikam, [1, 2], bin));
    expect(failure).toMatchObject({ kind: 'forbidden', isAmbiguous: true });
  }
});

test('what is in doubt is not deleted again by halves', async () => {
  const { tracker, upstream } = trackOver((call) => (isDelete(call) ? { status: 204 } : { status: 400 }));

  const failure = await failureOf(tracker.delete(fabrikam, [1, 2], bin));

  expect(failure).toMatchObject({ kind: 'rejected', isAmbiguous: true });
  expect(upstream.calls.filter(isDelete)).toHaveLength(1);
});

test('[PU20] what was deleted is read again also when nobody waits any more', async () => {
  const { tracker, upstream } = trackOver((call) => (isDelete(call) ? { status: 204 } : reading([], call)));
  const { signal } = new AbortController();

  await tracker.delete(fabrikam, [1], bin, { signal });

  expect(upstream.calls.map((call) => call.signal)).toEqual([signal, undefined]);
});
