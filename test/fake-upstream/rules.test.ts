/** What the fake refuses to store, in the words of the service. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { processTemplates } from '../support/fake-upstream/process-template.ts';
import { azure, create, link, marker, set, title, update, type PatchStep } from './caller.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => fake.reset());

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const x = title('x');

test.each<[what: string, type: string, steps: PatchStep[], status: number, code: string]>([
  ['an unknown field', 'Epic', [x, set('Custom.Nothing', 1)], 400, 'TF51535'],
  [
    'a field the type lacks',
    'Epic',
    [x, set('Microsoft.VSTS.Common.AcceptanceCriteria', 'a')],
    400,
    'TF51535',
  ],
  ['an unknown type', 'Saga', [x], 404, 'VS402323'],
  ['a bad area', 'Epic', [x, set('System.AreaPath', 'Elsewhere')], 400, 'TF401347'],
  ['a bad iteration', 'Epic', [x, set('System.IterationPath', 'Fabrikam\\Never')], 400, 'TF401347'],
  ['no title', 'Epic', [set('System.Description', 'x')], 400, 'TF401320'],
  ['a title of 256 characters', 'Epic', [title('x'.repeat(256))], 400, 'TF401324'],
  ['a field twice', 'Epic', [x, title('y')], 400, 'VS403691'],
  ['a value outside a pick list', 'Epic', [x, set('Microsoft.VSTS.Common.Priority', 7)], 400, 'TF401320'],
  ['an unknown state', 'Epic', [x, set('System.State', 'Dreaming')], 400, 'TF401320'],
  ['a later state at birth', 'Epic', [x, set('System.State', 'Closed')], 400, 'TF401320'],
  ['text for a number', 'Epic', [x, set('Microsoft.VSTS.Scheduling.Effort', 'much')], 400, 'TF20013'],
  [
    'a long text over a million',
    'Epic',
    [x, set('System.Description', 'x'.repeat(1_000_001))],
    400,
    'TF401320',
  ],
  ['a read-only field', 'Epic', [x, set('System.CreatedDate', '2020-01-01')], 400, 'TF401320'],
  [
    'a parent nobody knows',
    'Epic',
    [x, link('System.LinkTypes.Hierarchy-Reverse', 'HOST/contoso/_apis/wit/workItems/99')],
    404,
    'TF401232',
  ],
])('[FK4] %s is refused', async (_what, type, steps, status, code) => {
  const sent = JSON.parse(JSON.stringify(steps).replace('HOST', fake.url)) as PatchStep[];

  const answer = await create(fake, type, sent);

  expect([answer.status, answer.body.message.split(':')[0]]).toEqual([status, code]);
  expect(fake.items()).toEqual([]);
});

test('[AZ18] a broken rule names its field', async () => {
  const { body } = await create(fake, 'Epic', [x, set('Microsoft.VSTS.Common.Risk', 'Some')]);

  expect(body).toMatchObject({
    typeKey: 'RuleValidationException',
    customProperties: {
      RuleValidationErrors: [
        {
          fieldReferenceName: 'Microsoft.VSTS.Common.Risk',
          fieldStatusFlags: expect.stringContaining('invalidListValue'),
        },
      ],
    },
  });
});

test('[FK4] a required field without default blocks a work item of the inherited process', async () => {
  fake.seed({ projects: [{ name: 'Inherited', process: 'Contoso Agile' }] });
  const path = '/Inherited/_apis/wit/workitems/$Feature';

  const without = await azure(fake, 'POST', path, [x]);
  const given = await azure(fake, 'POST', path, [x, set('Custom.BusinessOwner', 'Ada')]);

  expect(without.body.customProperties.RuleValidationErrors[0].fieldReferenceName).toBe(
    'Custom.BusinessOwner',
  );
  expect(given.body.fields['Custom.TShirt']).toBe('M');
});

test.each([
  ['refused', 400],
  ['ignored', 200],
] as const)('[FK18] ChangedBy is %s', async (changedBy, status) => {
  fake.switches.changedBy = changedBy;

  const answer = await create(fake, 'Epic', [x, set('System.ChangedBy', 'nobody@contoso.example')]);

  expect(answer.status).toBe(status);
  if (status === 200)
    expect(answer.body.fields['System.ChangedBy'].uniqueName).toBe('syncline@contoso.example');
});

test.each(['bypassRules', 'suppressNotifications'])(
  '[AZ17] %s needs a right our token lacks',
  async (name) => {
    const { status } = await create(fake, 'Epic', [x], `?${name}=true`);

    expect(status).toBe(403);
  },
);

test('[AZ17] a new tag may need a right, a known one does not', async () => {
  await create(fake, 'Epic', [x, set('System.Tags', 'known')]);
  fake.switches.newTags = 'refused';

  const known = await create(fake, 'Epic', [x, set('System.Tags', 'Known')]);
  const fresh = await create(fake, 'Epic', [x, set('System.Tags', 'known; new')]);

  expect([known.status, fresh.status]).toEqual([200, 403]);
});

test('[FK7] a work item has at most 1,000 links', async () => {
  const links = Array.from({ length: 1001 }, (_, index) => marker(`http://me/items/a/b/${index}`));

  const full = await create(fake, 'Epic', [x, ...links.slice(1)]);
  const over = await update(fake, full.body.id, [links[0]!]);

  expect([full.status, over.status]).toEqual([200, 400]);
});

test.each(
  processTemplates.map(({ name, typeId, categories, types }) => ({ name, typeId, categories, types })),
)('[FK4] [AZ16] $name offers its types and categories', async ({ name, typeId, categories, types }) => {
  fake.seed({ projects: [{ name: 'Target', process: typeId }] });

  const project = await azure(fake, 'GET', '/_apis/projects/Target?includeCapabilities=true');
  const offered = await azure(fake, 'GET', '/Target/_apis/wit/workitemtypes');
  const named = await azure(fake, 'GET', '/Target/_apis/wit/workitemtypecategories');

  expect(project.body.capabilities.processTemplate).toEqual({ templateName: name, templateTypeId: typeId });
  expect(offered.body.value.map((type: { name: string }) => type.name)).toEqual(
    types.map((type) => type.name),
  );
  expect(named.body.value.map((category: { referenceName: string }) => category.referenceName)).toEqual(
    categories.map(({ referenceName }) => referenceName),
  );
});

test.each([
  ['Agile', 'Epic', 'Feature', 'User Story', 'Task'],
  ['Scrum', 'Epic', 'Feature', 'Product Backlog Item', 'Task'],
  ['CMMI', 'Epic', 'Feature', 'Requirement', 'Task'],
  ['Basic', 'Epic', undefined, 'Issue', 'Task'],
])('[AZ16] %s has its own names for the levels', (name, ...expected) => {
  const process = processTemplates.find((each) => each.name === name);
  const levels = ['Epic', 'Feature', 'Requirement', 'Task'].map(
    (level) =>
      process?.categories.find(({ referenceName }) => referenceName === `Microsoft.${level}Category`)
        ?.types[0],
  );

  expect(levels).toEqual(expected);
});

test('[AZ16] a category may be missing altogether', async () => {
  fake.seed({ projects: [{ name: 'Odd', withoutCategories: ['Microsoft.EpicCategory'] }] });

  const { body } = await azure(fake, 'GET', '/Odd/_apis/wit/workitemtypecategories');

  expect(JSON.stringify(body)).not.toContain('EpicCategory');
});

test('[AZ11] the fields of a type say what they need and allow', async () => {
  const { body } = await azure(fake, 'GET', '/Fabrikam/_apis/wit/workitemtypes/Epic/fields?$expand=all');
  const find = (name: string) =>
    body.value.find(({ referenceName }: { referenceName: string }) => referenceName === name);

  expect(find('System.Title')).toMatchObject({ alwaysRequired: true });
  expect(find('Microsoft.VSTS.Common.Priority')).toMatchObject({
    alwaysRequired: false,
    defaultValue: '2',
    allowedValues: ['1', '2', '3', '4'],
    dependentFields: [],
  });
});
