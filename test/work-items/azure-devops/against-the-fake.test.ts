import { expect, test } from 'vitest';
import type { NewItem, PatchOperation } from '../../../server/features/work-items/tracker.ts';
import { openFakeAzure } from './fake-kit.ts';
import { collect, failureOf, range, toStory } from './tracker-kit.ts';

const marker = (id: string) => `https://syncline.example/items/ardoq//${id}`;

const marked = (title: string, id: string, parentUrl?: string): NewItem => ({
  type: 'User Story',
  patch: [
    { op: 'add', path: '/fields/System.Title', value: title },
    { op: 'add', path: '/fields/Custom.SourceKey', value: `ardoq:${id}` },
    hyperlink(marker(id)),
    ...(parentUrl === undefined
      ? []
      : [
          {
            op: 'add' as const,
            path: '/relations/-',
            value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url: parentUrl },
          },
        ]),
  ],
});

const hyperlink = (url: string): PatchOperation => ({
  op: 'add',
  path: '/relations/-',
  value: { rel: 'Hyperlink', url, attributes: { comment: 'syncline' } },
});

test.each([
  ['Fabrikam', "Bob's 100% R&D", "bob's 100% r&d"],
  ['an apostrophe', "O'Neill", "O'NEILL"],
])(
  '[BR4][AZ12] a project with %s in its name is found in any case, and by its GUID',
  async (_, name, typed) => {
    await using azure = await openFakeAzure({ projects: [{ name: 'Fabrikam' }, { name, process: 'Scrum' }] });

    const project = await azure.tracker.findProject(typed);

    expect(project).toMatchObject({
      name,
      processName: 'Scrum',
      processTypeId: '6b724908-ef14-45cf-84f8-768b5384da45',
    });
    expect(await azure.tracker.findProject(project.id)).toEqual(project);
    const created = await azure.tracker.create(project, pbi);
    expect(await collect(azure.tracker.listIds(project))).toEqual([[created.id]]);
  },
);

const pbi: NewItem = { ...toStory("it's"), type: 'Product Backlog Item' };

test.each([
  ['Agile', ['Epic', 'Feature', 'User Story', undefined]],
  ['Scrum', ['Epic', 'Feature', 'Product Backlog Item', undefined]],
  ['CMMI', ['Epic', 'Feature', 'Requirement', undefined]],
  ['Basic', ['Epic', undefined, 'Issue', 'Task']],
])('[FM1][AZ16] %s has its own types, in six calls', async (process, names) => {
  await using azure = await openFakeAzure({ projects: [{ name: 'Fabrikam', process }] });
  azure.fake.clearRequests();

  const { epic, feature, requirement, task } = await azure.tracker.readTypes(azure.project);

  expect([epic, feature, requirement, task].map((type) => type?.name)).toEqual(names);
  expect(azure.fake.requests()).toHaveLength(6);
  expect(epic?.fields.get('System.Title')).toMatchObject({
    type: 'string',
    isRequired: true,
    allowedValues: null,
  });
  expect(epic?.fields.get('System.Description')).toMatchObject({ type: 'html', isRequired: false });
  expect(epic?.fields.get('Microsoft.VSTS.Common.Priority')).toMatchObject({
    type: 'integer',
    allowedValues: ['1', '2', '3', '4'],
  });
});

test('[FM1] a missing category is a missing level', async () => {
  await using azure = await openFakeAzure({
    projects: [{ name: 'Fabrikam', withoutCategories: ['Microsoft.EpicCategory'] }],
  });

  expect(await azure.tracker.readTypes(azure.project)).toMatchObject({
    epic: null,
    feature: { name: 'Feature' },
  });
});

test('[AZ2][AZ13] a story is created below its parent and read back with its links', async () => {
  await using azure = await openFakeAzure();
  const { tracker, project } = azure;
  const epic = await tracker.create(project, { ...toStory('Epos'), type: 'Epic' });

  const story = await tracker.create(project, marked('<b> & "ß" 😀', 'a', tracker.workItemUrl(epic.id)));

  expect(story).toMatchObject({ rev: 1, type: 'User Story', projectName: 'Fabrikam' });
  expect(story.fields['System.Title']).toBe('<b> & "ß" 😀');
  expect(story.htmlUrl).toMatch(/^http.*\/_workitems\/edit\/\d+$/);
  expect(story.changedBy).toHaveProperty('displayName');
  const items = await tracker.readItems([story.id, 99_999, epic.id]);
  expect([...items.keys()]).toEqual([story.id, epic.id]);
  expect(items.get(story.id)?.relations.map(({ rel, url }) => `${rel} ${url}`)).toEqual(
    expect.arrayContaining([
      `Hyperlink ${marker('a')}`,
      `System.LinkTypes.Hierarchy-Reverse ${tracker.workItemUrl(epic.id)}`,
    ]),
  );
});

test.each([409, 412] as const)(
  '[RC7] a stale revision told by %i is stale, and nothing is changed',
  async (staleRev) => {
    await using azure = await openFakeAzure({ switches: { staleRev } });
    const { tracker, project, fake } = azure;
    const { id, rev } = await tracker.create(project, toStory('a'));
    fake.touch(id);
    const change: PatchOperation = { op: 'add', path: '/fields/System.Title', value: 'b' };

    const failure = await failureOf(tracker.update(id, [{ op: 'test', path: '/rev', value: rev }, change]));

    expect(failure).toMatchObject({ kind: 'stale', status: staleRev, isAmbiguous: false });
    const now = (await tracker.readItems([id])).get(id);
    expect(now?.fields['System.Title']).not.toBe('b');
    const updated = await tracker.update(id, [{ op: 'test', path: '/rev', value: now?.rev }, change]);
    expect(updated).toMatchObject({ id, rev: (now?.rev ?? 0) + 1, fields: { 'System.Title': 'b' } });
  },
);

test('[PL2][PL6] a probe tells what is wrong and leaves the target as it was', async () => {
  await using azure = await openFakeAzure();
  const { tracker, project, fake } = azure;
  const { id, rev } = await tracker.create(project, toStory('a'));
  const before = fake.snapshot();
  const wrong: NewItem = {
    type: 'User Story',
    patch: [...toStory('b').patch, { op: 'add', path: '/fields/Microsoft.VSTS.Common.Risk', value: 'huge' }],
  };

  await tracker.probe(project, { item: toStory('b') });
  await tracker.probe(project, { id, patch: [{ op: 'test', path: '/rev', value: rev }] });
  const failure = await failureOf(tracker.probe(project, { item: wrong }));

  expect(failure.kind).toBe('rejected');
  expect(failure.fieldErrors.map(({ field }) => field)).toEqual(['Microsoft.VSTS.Common.Risk']);
  expect(fake.snapshot()).toBe(before);
});

test('[RC5] a pushed item is found by its field, by its link, and among candidates; others are not', async () => {
  await using azure = await openFakeAzure();
  const { tracker, project } = azure;
  const since = new Date();
  const [first, twin] = [
    await tracker.create(project, marked("Bob's story", 'aB')),
    await tracker.create(project, marked("Bob's story", 'ab')),
  ];

  expect(await tracker.findByField(project, 'Custom.SourceKey', 'ardoq:aB')).toEqual([first.id]);
  expect([...(await tracker.findByHyperlink(project, [marker('aB'), marker('c')]))]).toEqual([
    [marker('aB'), [first.id]],
  ]);
  const candidate = { type: 'User Story', title: "Bob's story", createdSince: since };
  expect(await tracker.findCandidates(project, candidate)).toEqual([first.id, twin.id]);
  expect(await tracker.findCandidates(project, { ...candidate, title: 'Bob' })).toEqual([]);
});

test('[RC5] a blind look-up by link finds nothing and says so', async () => {
  await using azure = await openFakeAzure({ switches: { artifactQuery: 'blind' } });
  await azure.tracker.create(azure.project, marked('a', 'a'));

  expect((await azure.tracker.findByHyperlink(azure.project, [marker('a')])).size).toBe(0);
});

test.each(['reset-after-commit', '500-after-commit', 'truncated-json'] as const)(
  '[RC4] after %s a create is in doubt, sent once, and found by its link',
  async (kind) => {
    await using azure = await openFakeAzure();
    const { tracker, project, fake } = azure;
    fake.addFault({ match: { title: 'lost' }, action: { kind } });

    const failure = await failureOf(tracker.create(project, marked('lost', 'x')));

    expect(failure.isAmbiguous).toBe(true);
    expect(fake.countByMarker()).toEqual({ [marker('x')]: 1 });
    expect((await tracker.findByHyperlink(project, [marker('x')])).get(marker('x'))).toHaveLength(1);
  },
);

test('[AZ19] a wrong token is told from everything else', async () => {
  for (const badToken of [203, 302] as const) {
    await using azure = await openFakeAzure({ token: 'wrong', switches: { badToken } });

    expect(await failureOf(azure.tracker.findProject('Fabrikam'))).toMatchObject({
      kind: 'auth',
      isAmbiguous: false,
    });
  }
});

test('[AZ14] siblings are created by one call, in order, and one bad entry fails alone', async () => {
  await using azure = await openFakeAzure();
  const { tracker, project, fake } = azure;
  fake.clearRequests();
  const bad = { type: 'User Story', patch: [{ op: 'add', path: '/fields/Custom.Nope', value: 1 }] } as const;

  const outcomes = await tracker.createMany(project, [marked('a', 'a'), bad, marked('c', 'c')]);

  expect(
    outcomes.map((outcome) => (outcome.ok ? outcome.item.fields['System.Title'] : outcome.failure.kind)),
  ).toEqual(['a', 'rejected', 'c']);
  expect(outcomes[1]).toMatchObject({ failure: { upstreamCode: 'TF51535', isAmbiguous: false } });
  expect(fake.requests()).toHaveLength(1);
});

test('[AZ14][RC4] where answers are missing, what is not known is in doubt', async () => {
  await using azure = await openFakeAzure({ switches: { batchAnswersMissing: 1 } });

  const outcomes = await azure.tracker.createMany(azure.project, [marked('b', 'b'), marked('c', 'c')]);

  expect(outcomes).toMatchObject([{ ok: true }, { ok: false, failure: { isAmbiguous: true } }]);
  expect(azure.fake.countByMarker()).toEqual({ [marker('b')]: 1, [marker('c')]: 1 });
});

test.each([200, 204] as const)(
  '[AZ8] answered by %i, only what is gone counts as deleted',
  async (deleteManyAnswer) => {
    await using azure = await openFakeAzure({ switches: { deleteManyAnswer } });
    const { tracker, project, fake } = azure;
    const { items } = fake.seed({
      items: [
        { type: 'Task', title: 'a' },
        { type: 'Test Case', title: 'b' },
        { type: 'Bug', title: 'c' },
      ],
    });

    const deletions = await tracker.delete(project, items, { destroy: false });

    expect(deletions.map(({ id, outcome }) => [id, outcome])).toEqual([
      [items[0], 'deleted'],
      [items[1], 'failed'],
      [items[2], 'deleted'],
    ]);
    expect(await collect(tracker.listIds(project))).toEqual([[items[1]]]);
  },
);

test('[AZ7][BR1] 25,000 work items are counted by page, none twice', async () => {
  await using azure = await openFakeAzure();
  azure.fake.seed({ many: { count: 25_000 } });

  const pages = await collect(azure.tracker.listIds(azure.project));

  expect(pages.flat()).toEqual(range(1, 25_000));
});

test('[AZ12] projects come from every page', async () => {
  const names = ['Fabrikam', ...range(1, 6).map((n) => `Project ${n}`)];
  await using azure = await openFakeAzure({
    projects: names.map((name) => ({ name })),
    switches: { projectPageSize: 3 },
  });

  expect((await azure.organization.listProjects()).map(({ name }) => name).sort()).toEqual(names.sort());
});

test('[BR1] a project is created with Agile and Git unless told otherwise, and can be watched', async () => {
  await using azure = await openFakeAzure({ switches: { projectPolls: 1 } });

  const { creation } = await azure.organization.createProject({ name: "Bob's", visibility: 'private' });
  expect(creation.status).toMatch(/notSet|queued|inProgress/);
  const seen: string[] = [];
  while (!seen.includes('succeeded') && seen.length < 5) {
    seen.push((await azure.organization.readCreation(creation.id)).status);
  }

  expect(seen.at(-1)).toBe('succeeded');
  expect(await azure.tracker.findProject("Bob's")).toMatchObject({ processName: 'Agile' });
});

test('[FM3] types come with their fields, and each field with the types that have it', async () => {
  await using azure = await openFakeAzure({ projects: [{ name: 'Fabrikam', process: 'Basic' }] });
  const { organization, project } = azure;

  const types = await organization.listTypes(project);
  const issue = await organization.listFields(project, 'user_story');

  const title = types
    .find(({ name }) => name === 'Issue')
    ?.fields.find((each) => each.referenceName === 'System.Title');
  expect(title).toMatchObject({ name: 'Title', type: 'string' });
  expect(title?.workItemTypes).toEqual(types.map(({ name }) => name));
  expect(issue.find((each) => each.referenceName === 'System.Title')).toMatchObject({
    workItemTypes: ['Issue'],
    isRequired: true,
  });
  expect(await organization.listFields(project, 'feature')).toEqual(issue);
  expect((await failureOf(organization.listFields(project, 'Nope'))).kind).toBe('not-found');
});
