/** Work items as the fake keeps them: created, changed, linked, read. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { normalizeTags } from '../support/fake-upstream/tags.ts';
import { atRev, azure, create, link, marker, parent, read, set, title, update } from './caller.ts';

let fake: FakeUpstream;

beforeEach(async () => {
  fake = await openFakeUpstream();
});

afterEach(async () => {
  await fake[Symbol.asyncDispose]();
});

test('[AZ2] a created work item is at revision 1, with its links and addresses', async () => {
  const { status, body } = await create(fake, 'User Story', [
    title('Sign in'),
    marker('http://me/items/a/b/c'),
  ]);

  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: 1,
    rev: 1,
    fields: { 'System.Title': 'Sign in', 'System.WorkItemType': 'User Story', 'System.State': 'New' },
    relations: [{ rel: 'Hyperlink', url: 'http://me/items/a/b/c', attributes: { comment: 'syncline' } }],
    url: `${fake.url}/contoso/_apis/wit/workItems/1`,
  });
  expect(Object.keys(body._links)).toEqual([
    'self',
    'workItemUpdates',
    'workItemRevisions',
    'workItemHistory',
    'html',
    'workItemType',
    'fields',
  ]);
});

test('[AZ2] a create may come as PATCH', async () => {
  const { status, body } = await azure(fake, 'PATCH', '/Fabrikam/_apis/wit/workitems/$Epic', [title('E')]);

  expect([status, body.id]).toEqual([200, 1]);
});

test('[FK5] what the service sets itself is there', async () => {
  const { body } = await create(fake, 'Epic', [title('E')]);

  expect(body.fields).toMatchObject({
    'System.TeamProject': 'Fabrikam',
    'System.AreaPath': 'Fabrikam',
    'System.IterationPath': 'Fabrikam',
    'System.Reason': 'New',
    'Microsoft.VSTS.Common.Priority': 2,
  });
  expect(body.fields['System.CreatedDate']).toBe(body.fields['System.ChangedDate']);
  expect(body.fields['System.CreatedBy'].uniqueName).toBe('syncline@contoso.example');
});

test('[FK5] HTML is stored as it came', async () => {
  const html = '<p onclick="x()">5 &lt; 6 &amp; "quoted" 🚀 שלום</p><script>1</script>';

  const { body } = await create(fake, 'Epic', [title('E'), set('System.Description', html)]);

  expect(body.fields['System.Description']).toBe(html);
});

test.each([
  ['a; b', 'a; b'],
  ['b,a;B', 'b; a'],
  [' ;, x ;', 'x'],
  ['ref-1;two words', 'ref-1; two words'],
])('[FK5] tags %j are kept as %j', (sent, kept) => {
  expect(normalizeTags(sent)).toBe(kept);
});

test('[FK5] tags already in order stay as they are', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const once = normalizeTags(text);

      expect(normalizeTags(once)).toBe(once);
    }),
  );
});

test('[AZ5] validateOnly shows the work item and stores nothing', async () => {
  await create(fake, 'Epic', [title('E')]);
  const before = fake.snapshot();

  const probe = await create(fake, 'Epic', [title('Not yet')], '?validateOnly=true');
  const change = await update(fake, 1, [atRev(1), title('Other')], '?validateOnly=true');

  expect(probe.body.fields['System.Title']).toBe('Not yet');
  expect([change.body.rev, change.body.fields['System.Title']]).toEqual([1, 'Other']);
  expect(fake.snapshot()).toBe(before);
});

test('[FK3] a change is a new revision, and no change is none', async () => {
  await create(fake, 'Epic', [title('E')]);

  const changed = await update(fake, 1, [atRev(1), title('E2')]);
  const same = await update(fake, 1, [atRev(2), title('E2')]);

  expect([changed.body.rev, same.body.rev]).toEqual([2, 2]);
});

test.each([
  [412, 'TestPatchOperationFailed'],
  [409, 'WorkItemRevisionMismatchException'],
] as const)('[FK3] [FK18] a stale revision is refused with %i', async (staleRev, typeKey) => {
  fake.switches.staleRev = staleRev;
  await create(fake, 'Epic', [title('E')]);
  await update(fake, 1, [atRev(1), title('E2')]);

  const { status, body } = await update(fake, 1, [atRev(1), title('E3')]);

  expect(status).toBe(staleRev);
  expect(body).toMatchObject({ typeKey, message: expect.stringMatching(/^TF26071/) });
  expect(fake.items()[0]?.title).toBe('E2');
});

test('[FK3] a parent link shows as child link on the other side', async () => {
  await create(fake, 'Epic', [title('E')]);
  const story = await create(fake, 'User Story', [title('S'), parent(fake, 1)]);

  const epic = await read(fake, 1);

  expect(story.body.fields['System.Parent']).toBe(1);
  expect(epic.body.rev).toBe(1);
  expect(epic.body.relations).toMatchObject([
    { rel: 'System.LinkTypes.Hierarchy-Forward', url: `${fake.url}/contoso/_apis/wit/workItems/2` },
  ]);
});

test('[FK18] the other side of a link may get a revision of its own', async () => {
  fake.switches.mirroredLinkBumpsRev = true;
  await create(fake, 'Epic', [title('E')]);
  await create(fake, 'User Story', [title('S')]);

  await update(fake, 2, [atRev(1), parent(fake, 1)]);

  expect((await read(fake, 1)).body.rev).toBe(2);
});

test('[FK3] a second parent is refused, from either side', async () => {
  for (const name of ['A', 'B']) await create(fake, 'Epic', [title(name)]);
  await create(fake, 'User Story', [title('S'), parent(fake, 1)]);

  const fromChild = await update(fake, 3, [atRev(1), parent(fake, 2)]);
  const fromParent = await update(fake, 2, [
    atRev(1),
    link('System.LinkTypes.Hierarchy-Forward', `${fake.url}/contoso/_apis/wit/workItems/3`),
  ]);

  expect([fromChild.status, fromParent.status]).toEqual([400, 400]);
  expect(fromChild.body.message).toMatch(/^TF201036/);
  expect(fake.items()[2]?.parent).toBe(1);
});

test('[FK3] nobody is an ancestor of itself', async () => {
  await create(fake, 'Epic', [title('A')]);
  await create(fake, 'Epic', [title('B'), parent(fake, 1)]);

  const { status, body } = await update(fake, 1, [atRev(1), parent(fake, 2)]);

  expect(status).toBe(400);
  expect(body.message).toMatch(/^TF201035/);
});

test('[AZ3] a parent is changed by removing the old link by its index', async () => {
  for (const name of ['A', 'B']) await create(fake, 'Epic', [title(name)]);
  await create(fake, 'User Story', [title('S'), marker('http://me/items/a/b/c'), parent(fake, 1)]);

  await update(fake, 3, [atRev(1), { op: 'remove', path: '/relations/1' }, parent(fake, 2)]);

  expect(fake.items()[2]).toMatchObject({ rev: 2, parent: 2 });
  expect(fake.countByMarker()).toEqual({ 'http://me/items/a/b/c': 1 });
  expect((await read(fake, 1)).body.relations).toBeUndefined();
});

test.each([
  ['refused', 400, null],
  ['ignored', 200, null],
] as const)('[FK18] a parent on another host is %s', async (wrongHostParent, status, parentId) => {
  fake.switches.wrongHostParent = wrongHostParent;
  await create(fake, 'Epic', [title('E')]);

  const answer = await create(fake, 'User Story', [
    title('S'),
    link('System.LinkTypes.Hierarchy-Reverse', 'https://dev.azure.com/contoso/_apis/wit/workItems/1'),
  ]);

  expect(answer.status).toBe(status);
  expect(fake.items()[1]?.parent ?? null).toBe(parentId);
});

test('[AZ4] many are read at once; with omit the missing are holes', async () => {
  for (const name of ['A', 'B']) await create(fake, 'Epic', [title(name)]);

  const { body } = await azure(fake, 'POST', '/Fabrikam/_apis/wit/workitemsbatch', {
    ids: [2, 9, 1],
    fields: ['System.Id', 'System.Title'],
    errorPolicy: 'omit',
  });

  expect(body.count).toBe(3);
  expect(body.value.map((item: { fields?: object } | null) => item?.fields)).toEqual([
    { 'System.Id': 2, 'System.Title': 'B' },
    undefined,
    { 'System.Id': 1, 'System.Title': 'A' },
  ]);
});

test('[AZ4] without omit one missing work item fails them all', async () => {
  await create(fake, 'Epic', [title('A')]);

  const { status, body } = await azure(fake, 'GET', '/_apis/wit/workitems?ids=1,9');

  expect(status).toBe(404);
  expect(body.message).toMatch(/^TF401232/);
});

test('[FK7] more than 200 ids at once are refused', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => index + 1);

  const { status, body } = await azure(fake, 'POST', '/Fabrikam/_apis/wit/workitemsbatch', { ids });

  expect(status).toBe(400);
  expect(body.message).toMatch(/^VS403474/);
});

test('[AZ4] fields and $expand exclude each other', async () => {
  await create(fake, 'Epic', [title('A')]);

  const { status, body } = await azure(fake, 'GET', '/_apis/wit/workitems/1?fields=System.Title&$expand=all');

  expect([status, body.typeKey]).toEqual([400, 'ConflictingParametersException']);
});

test('[FK3] revisions and updates tell the story of a work item', async () => {
  await create(fake, 'Epic', [title('E')]);
  await update(fake, 1, [atRev(1), title('E2'), set('System.History', 'renamed')]);

  const revisions = await azure(fake, 'GET', '/Fabrikam/_apis/wit/workItems/1/revisions');
  const updates = await azure(fake, 'GET', '/Fabrikam/_apis/wit/workItems/1/updates');

  expect(revisions.body.value.map(({ rev }: { rev: number }) => rev)).toEqual([1, 2]);
  expect(updates.body.value[1].fields).toMatchObject({
    'System.Title': { oldValue: 'E', newValue: 'E2' },
    'System.History': { newValue: 'renamed' },
  });
});

test('[FK9] the artifact query finds who carries an address', async () => {
  await create(fake, 'Epic', [title('E'), marker('http://me/items/a/b/c')]);
  const ask = () =>
    azure(fake, 'POST', '/Fabrikam/_apis/wit/artifacturiquery', {
      artifactUris: ['http://me/items/a/b/c', 'http://me/x'],
    });

  const seen = await ask();
  fake.switches.artifactQuery = 'blind';
  const blind = await ask();

  const ids = ({ body }: typeof seen) =>
    Object.values<{ id: number }[]>(body.artifactUrisQueryResult).map((found) => found.map(({ id }) => id));
  expect(ids(seen)).toEqual([[1], []]);
  expect(ids(blind)).toEqual([[], []]);
});

test('[FK9] a hyperlink that was taken away is no longer found', async () => {
  await create(fake, 'Epic', [title('E'), marker('http://me/items/a/b/c')]);
  await update(fake, 1, [atRev(1), { op: 'remove', path: '/relations/0' }]);

  const { body } = await azure(fake, 'POST', '/Fabrikam/_apis/wit/artifacturiquery', {
    artifactUris: ['http://me/items/a/b/c'],
  });

  expect(body.artifactUrisQueryResult).toEqual({ 'http://me/items/a/b/c': [] });
});

test('[FK9] a hyperlink may be found late', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00Z');
  await using late = await openFakeUpstream({ nowMs: () => nowMs, switches: { linkVisibleAfterMs: 3000 } });
  await create(late, 'Epic', [title('E'), marker('http://me/items/a/b/c')]);
  const count = async () => {
    const { body } = await azure(late, 'POST', '/Fabrikam/_apis/wit/artifacturiquery', {
      artifactUris: ['http://me/items/a/b/c'],
    });
    return body.artifactUrisQueryResult['http://me/items/a/b/c'].length as number;
  };

  nowMs += 2999;
  const before = await count();
  nowMs += 1;

  expect([before, await count()]).toEqual([0, 1]);
});
