import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDocuments, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;
let count = 0;

beforeAll(async () => {
  kit = await openDocuments();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

type Relation = 'parents' | 'children' | 'depends_on' | 'dependents';

/** The paths of each relation of one document of a project with these files, given as `path: fields`. */
async function relate(files: Readonly<Record<string, string>>, name: string, query = '') {
  const slug = `related-${(count += 1)}`;
  await kit.upsert(await kit.addProject(slug), toDocuments(toFiles(files)));
  const { body } = await kit.get(`/${slug}/documents/${name}/related${query}`);
  const pathsOf = (relation: Relation): string[] =>
    body[relation].map((item: { file_path: string }) => item.file_path);
  return { body, pathsOf };
}

/** `Epic: EP0001; Story: US0001` as a header. */
function toFiles(files: Readonly<Record<string, string>>): Record<string, string> {
  const toText = ([path, fields]: [string, string]) => {
    const header = fields.split('; ').map((field) => field.replace(/^(.*): (.*)$/, '> **$1:** $2'));
    return [path, `# ${path}\n${header.join('\n')}\n`];
  };
  return Object.fromEntries(Object.entries(files).map(toText)) as Record<string, string>;
}

const tree = {
  'epics/EP0001-auth.md': 'Status: Draft',
  'stories/US0001-login.md': 'Epic: EP0001; Status: Done',
  'stories/US0002-logout.md': 'Epic: EP0001; Depends On: US0001, EP0001, US0001, US0404, US0002, somewhere',
  'plans/PL0001-login.md': 'Story: US0001; Epic: EP0001',
  'plans/PL0002-auth.md': 'Epic: EP0001',
  'plans/PL0003-lost.md': 'Story: US0404; Epic: EP0001',
  'plans/PL0004-lost.md': 'Epic: EP0404',
  'bugs/BG0001-crash.md': 'Story: US0001',
};

test('[DC15] the answer names the document, and items carry their status and path', async () => {
  const { body } = await relate(tree, 'plan/PL0001-login');

  expect(body).toMatchObject({ doc_id: 'PL0001-login', type: 'plan', title: 'plans/PL0001-login.md' });
  expect(body.parents[0]).toEqual({
    doc_id: 'US0001-login',
    type: 'story',
    title: 'stories/US0001-login.md',
    status: 'Done',
    file_path: 'stories/US0001-login.md',
  });
});

test.each([
  ['of a plan: story, then epic', 'plan/PL0001-login', ['stories/US0001-login.md', 'epics/EP0001-auth.md']],
  ['through the story alone', 'bug/BG0001-crash', ['stories/US0001-login.md', 'epics/EP0001-auth.md']],
  ['of a story: its epic', 'story/US0001-login', ['epics/EP0001-auth.md']],
  ['of an unknown story: none, whatever the epic', 'plan/PL0003-lost', []],
  ['of an unknown epic: none', 'plan/PL0004-lost', []],
  ['of an epic: none', 'epic/EP0001-auth', []],
])('[DC15] parents %s', async (_case, name, paths) => {
  expect((await relate(tree, name)).pathsOf('parents')).toEqual(paths);
});

test.each([
  [
    'of an epic: what names it and no story, by type, id and path',
    'epic/EP0001-auth',
    ['plans/PL0002-auth.md', 'stories/US0001-login.md', 'stories/US0002-logout.md'],
  ],
  ['of a story: what names it', 'story/US0001-login', ['bugs/BG0001-crash.md', 'plans/PL0001-login.md']],
  ['of others: none', 'plan/PL0001-login', []],
])('[DC15] children %s', async (_case, name, paths) => {
  expect((await relate(tree, name)).pathsOf('children')).toEqual(paths);
});

test('[DC15] prerequisites stand in declared order, without itself, repeats and what nobody owns', async () => {
  const { pathsOf } = await relate(tree, 'story/US0002-logout');

  expect(pathsOf('depends_on')).toEqual(['stories/US0001-login.md', 'epics/EP0001-auth.md']);
});

test('[DC15] dependents stand by type, id and path', async () => {
  const files = {
    ...tree,
    'stories/US0003-a.md': 'Depends On: us-0001',
    'x/US0003-a.md': 'Depends On: US0001',
    'bugs/BG0009-z.md': 'Depends On: US0001',
  };
  const { pathsOf } = await relate(files, 'story/US0001-login');

  expect(pathsOf('dependents')).toEqual([
    'bugs/BG0009-z.md',
    'stories/US0002-logout.md',
    'stories/US0003-a.md',
    'x/US0003-a.md',
  ]);
});

test('[DC15] cycles end, and a document is never its own relative', async () => {
  const files = {
    'epics/EP0001-a.md': 'Epic: EP0002; Depends On: EP0002',
    'epics/EP0002-b.md': 'Epic: EP0001; Depends On: EP0001',
    'stories/US0001-a.md': 'Story: US0001; Epic: EP0001; Depends On: US0001',
  };

  const epic = await relate(files, 'epic/EP0001-a');
  const story = await relate(files, 'story/US0001-a');

  expect(epic.pathsOf('parents')).toEqual(['epics/EP0002-b.md']);
  expect(epic.pathsOf('children')).toEqual(['epics/EP0002-b.md']);
  expect(epic.pathsOf('depends_on')).toEqual(['epics/EP0002-b.md']);
  expect(epic.pathsOf('dependents')).toEqual(['epics/EP0002-b.md']);
  expect(story.pathsOf('parents')).toEqual(['epics/EP0001-a.md']);
  expect(story.pathsOf('children')).toEqual([]);
  expect(story.pathsOf('depends_on')).toEqual([]);
});

test.each([
  ['in its family folder before elsewhere', ['aaa/US0001-a.md', 'docs/stories/US0001-b.md'], 1],
  [
    'not archived before archived',
    ['stories/_US0001.md', 'stories/archive/US0001-a.md', 'stories/US0001-z.md'],
    2,
  ],
  ['in its folder, even archived, before elsewhere', ['aaa/US0001-a.md', 'stories/archive/US0001-b.md'], 1],
  ['by path among equals', ['stories/US0001-b.md', 'stories/US0001-a.md'], 1],
  ['never what is only about it', ['decisions/US0001.md', 'zzz/US0001-x.md'], 1],
])('[DC4] a reference means the owner %s', async (_case, paths, preferred) => {
  const files = Object.fromEntries(paths.map((path) => [path, 'Status: Draft']));

  const { pathsOf } = await relate({ ...files, 'plans/PL0001-a.md': 'Story: US0001' }, 'plan/PL0001-a');

  expect(pathsOf('parents')).toEqual([paths[preferred]]);
});

describe('by name', () => {
  const files = {
    'a/US0001-x.md': 'Epic: EP0001',
    'b/US0001-x.md': 'Epic: EP0002',
    'epics/EP0001-a.md': '',
    'epics/EP0002-b.md': '',
  };

  test('[DC15] of several files the first answers, and path selects another', async () => {
    const first = await relate(files, 'story/US0001-x');
    const second = await relate(files, 'story/US0001-x', '?path=b%2FUS0001-x.md');

    expect(first.pathsOf('parents')).toEqual(['epics/EP0001-a.md']);
    expect(second.pathsOf('parents')).toEqual(['epics/EP0002-b.md']);
  });

  test('[DC15] what does not exist is named in the failure', async () => {
    await kit.addProject('related-none');

    const { status, body } = await kit.get('/related-none/documents/story/US0001-x/related');

    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: 'Document not found: story/US0001-x' });
  });
});
