/** The part of WIQL the fake understands, and what it says to the rest. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { azure } from './caller.ts';

let fake: FakeUpstream;
let nowMs = 0;

beforeAll(async () => {
  fake = await openFakeUpstream({ nowMs: () => nowMs });
});

beforeEach(() => {
  nowMs = Date.parse('2026-03-01T10:00:00Z');
  fake.reset();
  fake.seed({
    projects: [{ name: "Bob's" }],
    items: [
      { type: 'Epic', title: "Ada's epic", fields: { 'System.Tags': 'red; dark blue' } },
      { type: 'Feature', title: 'Sign in', parent: 1, fields: { 'Custom.SourceKey': 'docs:42' } },
      { type: 'User Story', title: 'Sign out', parent: 2, fields: { 'Microsoft.VSTS.Common.Priority': 1 } },
      { type: 'Task', title: 'Gone', isDeleted: true },
    ],
  });
  nowMs = Date.parse('2026-03-02T10:00:00Z');
  fake.seed({ items: [{ project: "Bob's", type: 'Epic', title: 'Other' }] });
});

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const ask = (query: string, path = '/Fabrikam', options = '') =>
  azure(fake, 'POST', `${path}/_apis/wit/wiql${options}`, { query });

const idsOf = (body: { workItems: { id: number }[] }) => body.workItems.map(({ id }) => id);

test.each([
  ['[System.TeamProject] = @project', [1, 2, 3]],
  ["[System.TeamProject] = 'Bob''s'", [5]],
  ['[System.Id] > 1 AND [System.Id] <= 3', [2, 3]],
  ['[System.Id] IN (1, 3, 9)', [1, 3]],
  ['[System.Id] >= 2 and [System.Id] < 3', [2]],
  ["[System.WorkItemType] = 'epic'", [1, 5]],
  ["[System.WorkItemType] IN ('Feature', 'User Story')", [2, 3]],
  ["[System.WorkItemType] <> 'Epic'", [2, 3]],
  ["[System.Title] = 'ADA''S EPIC'", [1]],
  ["[System.Title] CONTAINS 'sign'", [2, 3]],
  ["[System.Tags] CONTAINS 'dark blue'", [1]],
  ["[System.Tags] CONTAINS 'blue'", []],
  ["[Custom.SourceKey] = 'docs:42'", [2]],
  ['[Microsoft.VSTS.Common.Priority] < 2', [3]],
  ["[System.CreatedDate] >= '2026-03-02'", [5]],
  ["[System.CreatedDate] = '2026-03-01'", [1, 2, 3]],
  ["[Title] = 'Sign in'", [2]],
])('[FK6] WHERE %s finds %j', async (where, expected) => {
  const { status, body } = await ask(`SELECT [System.Id] FROM WorkItems WHERE ${where} ORDER BY [System.Id]`);

  expect([status, status === 200 ? idsOf(body) : body]).toEqual([200, expected]);
});

test.each([
  ["[System.CreatedDate] >= '2026-03-01T12:00:00Z'", '', 400],
  ["[System.CreatedDate] >= '2026-03-01T12:00:00Z'", '?timePrecision=true', 200],
])('[AZ6] %s with %j answers %i', async (where, options, status) => {
  const answer = await ask(`SELECT [System.Id] FROM WorkItems WHERE ${where}`, '/Fabrikam', options);

  expect(answer.status).toBe(status);
  if (status === 200) expect(idsOf(answer.body)).toEqual([5]);
});

test('[AZ7] pages follow one another by the last id', async () => {
  const page = async (last: number) => {
    const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Id] > ${last} ORDER BY [System.Id]`;
    return idsOf((await ask(query, '/Fabrikam', '?$top=2')).body);
  };

  expect([await page(0), await page(2), await page(3)]).toEqual([[1, 2], [3], []]);
});

test('[AZ6] the answer has ids and columns only', async () => {
  const { body } = await ask('SELECT [System.Id], [System.Title] FROM WorkItems WHERE [System.Id] = 1');

  expect(body).toMatchObject({ queryType: 'flat', queryResultType: 'workItem' });
  expect(body.columns.map(({ referenceName }: { referenceName: string }) => referenceName)).toEqual([
    'System.Id',
    'System.Title',
  ]);
  expect(body.workItems).toEqual([{ id: 1, url: `${fake.url}/contoso/_apis/wit/workItems/1` }]);
});

test('[FK6] the newest may come first', async () => {
  const { body } = await ask(
    "SELECT [System.Id] FROM WorkItems WHERE [System.Title] CONTAINS 'sign' ORDER BY [System.Id] DESC",
  );

  expect(idsOf(body)).toEqual([3, 2]);
});

test('[AZ6] a team may stand in the path', async () => {
  const { body } = await ask(
    'SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 1',
    '/Fabrikam/Fabrikam%20Team',
  );

  expect(idsOf(body)).toEqual([1]);
});

test('[AZ6] @project needs a project in the path', async () => {
  const { status } = await ask('SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project', '');

  expect(status).toBe(400);
});

test.each([
  ['SELECT [System.Id] FROM WorkItemLinks', 'WORKITEMS'],
  ['SELECT [System.Id] FROM WorkItems WHERE [System.Id] = 1 OR [System.Id] = 2', 'OR'],
  ['SELECT [System.Id] FROM WorkItems WHERE [System.Id] UNDER 1', 'under'],
  ["SELECT [System.Id] FROM WorkItems WHERE [System.Title] = 'it's'", 's'],
  ['SELECT [No.Such] FROM WorkItems', 'No.Such'],
  ['SELECT [System.Id] FROM WorkItems WHERE [System.Id] = @today', '@today'],
  ['SELECT [System.Id] FROM WorkItems WHERE', 'ends too early'],
])('[FK6] %s is refused by name', async (query, named) => {
  const { status, body } = await ask(query);

  expect(status).toBe(400);
  expect(body.message).toContain(named);
});

test('[FK6] [AZ6] more than 20,000 results are refused, a page of them is not', async () => {
  fake.seed({ many: { count: 20_001 } });
  const query = 'SELECT [System.Id] FROM WorkItems ORDER BY [System.Id]';

  const all = await ask(query);
  const page = await ask(query, '/Fabrikam', '?$top=10000');

  expect([all.status, all.body.message.split(':')[0]]).toEqual([400, 'VS402337']);
  expect(page.body.workItems).toHaveLength(10_000);
});

test('[AZ6] a query is at most 32 K characters', async () => {
  const { status } = await ask(
    `SELECT [System.Id] FROM WorkItems WHERE [System.Title] = '${'x'.repeat(33_000)}'`,
  );

  expect(status).toBe(400);
});
