import { expect, test } from 'vitest';
import { UpstreamFailure } from '../../../server/platform/upstream/upstream.ts';
import { refuse, type Scripted } from './scripted-upstream.ts';
import { fabrikam, failureOf, toStory, trackOver } from './tracker-kit.ts';

const testRev = [{ op: 'test', path: '/rev', value: 3 }] as const;

test.each([
  [
    400,
    'WorkItemTrackingFieldDefinitionNotFoundException',
    'TF51535: Cannot find field Nope.',
    'rejected',
    'TF51535',
  ],
  [
    404,
    'WorkItemTypeNotFoundException',
    'VS402323: Work item type Epos does not exist.',
    'not-found',
    'VS402323',
  ],
  [400, 'WorkItemInvalidTreeNameException', 'TF401347: Invalid tree name.', 'rejected', 'TF401347'],
  [400, 'WorkItemFieldInvalidException', 'TF401324: Title is too long.', 'rejected', 'TF401324'],
  [400, 'VssPropertyValidationException', 'VS403691: Update of a field twice.', 'rejected', 'VS403691'],
  [403, 'AccessDeniedException', 'TF401027: You need a permission.', 'forbidden', 'TF401027'],
  [429, 'RequestBlockedException', 'TF400733: The request has been canceled.', 'throttled', 'TF400733'],
  [401, 'UnauthorizedRequestException', 'TF400813: The user is not authorized.', 'auth', 'TF400813'],
  [400, 'SomethingNew', 'Nothing with TF51535 at its head.', 'rejected', null],
])(
  '[AZ18] %i %s is known by its key and the code at its head',
  async (status, typeKey, message, kind, code) => {
    const { tracker } = trackOver(() => refuse(status, typeKey, message));

    const failure = await failureOf(tracker.create(fabrikam, toStory('x')));

    expect(failure).toMatchObject({
      kind,
      status,
      typeKey,
      upstreamCode: code,
      activityId: 'act-1',
      isAmbiguous: false,
    });
    expect(failure.message).toContain(message);
  },
);

test.each([
  [refuse(409, 'WorkItemRevisionMismatchException', 'TF26071: changed by someone else.')],
  [refuse(412, 'TestPatchOperationFailed', 'VS403999: The test failed.')],
  [refuse(412, 'TestPatchOperationFailedException', 'The test failed.')],
  [refuse(400, 'TestPatchOperationFailedException', 'The test failed.')],
  [refuse(400, 'Whatever', 'TF26071: changed by someone else.')],
  [{ status: 409 }],
  [{ status: 412 }],
] satisfies readonly (readonly [Scripted])[])(
  '[AZ18][RC7] a stale revision is stale however it is told (%#)',
  async (answer) => {
    const { tracker } = trackOver(() => answer);

    expect(await failureOf(tracker.update(5, testRev))).toMatchObject({ kind: 'stale', isAmbiguous: false });
  },
);

test('a conflict without a revision to test is a refusal, and no stale revision', async () => {
  const { tracker } = trackOver(() => refuse(409, 'Conflict', 'TF1234: conflict'));

  expect(await failureOf(tracker.create(fabrikam, toStory('x')))).toMatchObject({ kind: 'rejected' });
});

test('[AZ18] each field that breaks a rule is named with its reason', async () => {
  const rules = [
    {
      fieldReferenceName: 'System.Title',
      fieldStatusFlags: 'required, invalidEmpty',
      errorMessage: 'is empty',
    },
    { fieldReferenceName: 'Custom.Size', fieldStatusFlags: 'invalidListValue', errorMessage: null },
    'not a rule',
  ];
  const { tracker } = trackOver(() =>
    refuse(400, 'RuleValidationException', 'TF401320: Rule Error.', { RuleValidationErrors: rules }),
  );

  const failure = await failureOf(tracker.create(fabrikam, toStory('')));

  expect(failure.fieldErrors).toEqual([
    { field: 'System.Title', message: 'is empty' },
    { field: 'Custom.Size', message: 'invalidListValue' },
  ]);
  expect(failure.message).toContain('System.Title: is empty');
});

test('[AZ18] the whole cause is kept', async () => {
  const { tracker } = trackOver(() => refuse(400, 'RuleValidationException', 'TF401320: Rule Error.'));

  const { cause } = await failureOf(tracker.create(fabrikam, toStory('x')));

  expect(cause).toBeInstanceOf(UpstreamFailure);
  expect(cause).toMatchObject({ body: { typeKey: 'RuleValidationException' } });
});

test('[AZ19] a 404 says that it may hide a missing permission', async () => {
  const { tracker } = trackOver(() =>
    refuse(404, 'ProjectDoesNotExist', 'TF200016: no such project: Atlantis.'),
  );

  const failure = await failureOf(tracker.findProject('Atlantis'));

  expect(failure.kind).toBe('not-found');
  expect(failure.message).toMatch(/may not see it/);
});

test.each([
  ['a sign-in page', { status: 203, page: '<html>Sign in</html>' }, 'auth'],
  ['a redirect', { status: 302, page: '' }, 'auth'],
  ['a page where JSON is due', { status: 200, page: '<html>' }, 'auth'],
  ['a failure of the service', { status: 500, body: { message: 'boom' } }, 'server'],
  ['an empty answer', { status: 200 }, 'unreadable'],
  ['an answer without an id', { status: 200, body: { rev: 1, fields: {} } }, 'unreadable'],
] as const)(
  '[RC4][AZ19] %s leaves a create, an update and a delete in doubt, and never a read',
  async (_, answer, kind) => {
    const { tracker } = trackOver(() => answer);

    expect(await failureOf(tracker.create(fabrikam, toStory('x')))).toMatchObject({
      kind,
      isAmbiguous: true,
    });
    expect(await failureOf(tracker.update(1, testRev))).toMatchObject({ kind, isAmbiguous: true });
    expect(await failureOf(tracker.createMany(fabrikam, [toStory('x')]))).toMatchObject({
      kind,
      isAmbiguous: true,
    });
    if (kind !== 'unreadable') {
      const deleting = tracker.delete(fabrikam, [1], { destroy: false });
      expect(await failureOf(deleting)).toMatchObject({ kind, isAmbiguous: true });
    }
    expect(await failureOf(tracker.findProject('x'))).toMatchObject({ kind, isAmbiguous: false });
  },
);

test('a reason to stop is handed on as it is', async () => {
  const reason = new Error('cancelled');
  const { tracker } = trackOver(() => Promise.reject(reason));

  await expect(tracker.findProject('x')).rejects.toBe(reason);
});

test('[AZ21] whoever waits is told how long, and for what', async () => {
  const { tracker, upstream } = trackOver(() => ({ body: { id: 'p', name: 'x' } }));
  const told: unknown[] = [];

  await tracker.findProject('x', { onWait: (...words) => told.push(words), retryBudgetMs: 7 });
  const [options] = upstream.callOptions;
  options?.onWait?.({ reason: 'throttled', waitMs: 33_100, attempt: 1, failure: null });
  options?.onWait?.({ reason: 'retry', waitMs: 900, attempt: 2, failure: null });

  expect(options?.retryBudgetMs).toBe(7);
  expect(told).toEqual([
    ['throttled by Azure DevOps, 34 s', 33_100],
    ['no answer from Azure DevOps, trying again in 1 s', 900],
  ]);
});
