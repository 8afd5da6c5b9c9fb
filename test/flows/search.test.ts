/** Search as people use it, over indexed files: what is found, in which order, and how it is shown (SR). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SearchPage } from '../../shared/views/search.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;
let project: TestProject;
let other: TestProject;

const filler = 'Lorem ipsum dolor sit amet. '.repeat(2000);

beforeAll(async () => {
  kit = await openSyncKit();
  project = await kit.addProject({
    'epics/EP0012-auth.md':
      '# Authentication\n\n> **Status:** In Progress\n> **Owner:** Ada\n\nAbout sync status.\n',
    'stories/US0001-login.md':
      '# Login\n\n> **Status:** Done\n> **Epic:** EP0012\n\nThe status of a sync. See EP0012 and <b>bold</b> "words" & more.\n',
    'stories/US0002-cafe.md': '# Café Zürich\n\nÀ la carte, naïve, Straße, Łódź, 中文文本 and Ελλάδα.\n',
    'notes/twice.md': '# Notes\n\nwidget widget widget widget\n',
    'notes/once.md': '# Notes\n\nwidget and other things here\n',
    'notes/titled.md': '# Widget\n\nNothing else.\n',
    'notes/code.md':
      '# Code\n\nCall sync_status or docs/a.md, v1.2, x-y. <mark>not a mark</mark> bg-01kx8b82\n',
    'bugs/BG-01KX8B82-lost.md': '# Lost\n\n> **Status:** Open\n\nGone.\n',
    'notes/draft.md': '# Draft of a plan\n\nThis old plan is a draft, sync status open.\n',
    'notes/long.md': `# Long\n\n${filler}lorem the needle in the haystack ends here\n`,
    'decisions/US0001.md': '# About the first story\n\nWhy it was so.\n',
  });
  await project.sync();
  other = await kit.addProject({ 'stories/US0001-other.md': '# Other login\n\nsync status\n' });
  await other.sync();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function search(q: string, filters: Record<string, string> = {}): Promise<SearchPage> {
  const query = new URLSearchParams({ q, project: project.slug, per_page: '50', ...filters });
  const answer = await kit.server.request('GET', `/api/v1/search?${query.toString()}`);
  expect(answer.status).toBe(200);
  return SearchPage.parse(await answer.json());
}

const find = async (q: string, filters?: Record<string, string>) =>
  (await search(q, filters)).items.map(({ file_path }) => file_path).toSorted();

test.each([
  [
    'both words, any order',
    'sync status',
    ['epics/EP0012-auth.md', 'notes/code.md', 'notes/draft.md', 'stories/US0001-login.md'],
  ],
  ['a phrase', '"sync status"', ['epics/EP0012-auth.md', 'notes/code.md', 'notes/draft.md']],
  ['an unclosed phrase', '"sync status', ['epics/EP0012-auth.md', 'notes/code.md', 'notes/draft.md']],
  ['a beginning', 'auth*', ['epics/EP0012-auth.md']],
  [
    'a beginning at the end of a phrase',
    '"sync stat*"',
    ['epics/EP0012-auth.md', 'notes/code.md', 'notes/draft.md'],
  ],
  [
    'an exclusion',
    'sync status -draft',
    ['epics/EP0012-auth.md', 'notes/code.md', 'stories/US0001-login.md'],
  ],
  ['an excluded phrase', '"sync status" -"old plan"', ['epics/EP0012-auth.md', 'notes/code.md']],
  ['parts as a phrase', 'docs/a.md', ['notes/code.md']],
  ['a version', 'v1.2', ['notes/code.md']],
  ['accents left out', 'cafe zurich', ['stories/US0002-cafe.md']],
  ['accents put in', 'nàïvé strasse lodz', ['stories/US0002-cafe.md']],
  ['other scripts', '中文文本 ελλαδα', ['stories/US0002-cafe.md']],
  ['the last line of a long text', '"haystack ends here"', ['notes/long.md']],
  ['words far apart in a long text', 'lorem needle', ['notes/long.md']],
  ['a word in every part of a long text, once', 'lorem', ['notes/long.md']],
  [
    'a phrase of words that occur more often than Postgres counts',
    '"amet lorem the needle"',
    ['notes/long.md'],
  ],
  ['a name in another spelling', 'bg01kx8b82', ['bugs/BG-01KX8B82-lost.md', 'notes/code.md']],
  ['operators of others, which are words here', 'sync AND NOT', []],
  ['a minus inside a word', 'x-y', ['notes/code.md']],
  ['a value of the header', 'ada', ['epics/EP0012-auth.md']],
])('[SR3, SR5] %s: %s', async (_, q, paths) => {
  expect(await find(q)).toEqual(paths);
});

test.each(['   ', '-draft', '"', '***', '-', '🙂', '-"old plan"'])(
  '[SR3] %j finds nothing, and is no error',
  async (q) => {
    expect(await search(q)).toMatchObject({ total: 0, items: [], pages: 0, query: q });
  },
);

describe('[SR4] when nothing is found as written', () => {
  test('bare words are taken for beginnings, and the answer says so', async () => {
    const page = await search('authenticat');

    expect(page.relaxed).toBe(true);
    expect(page.items.map(({ title }) => title)).toEqual(['Authentication']);
    expect(page.items[0]?.snippet).toContain('<mark>Authentication</mark>');
  });

  test('quoted words are not', async () => {
    expect(await search('"authenticat"')).toMatchObject({ total: 0, relaxed: false });
  });
});

test('[SR6] a title outranks a text, and more occurrences outrank fewer', async () => {
  const { items } = await search('widget');

  expect(items.map(({ file_path }) => file_path)).toEqual([
    'notes/titled.md',
    'notes/twice.md',
    'notes/once.md',
  ]);
  expect(items.every(({ score }) => score > 0)).toBe(true);
});

test.each(['US0001', 'us-0001', 'US1', 'us-1'])(
  '[SR7] %s: the owner first, then what is about it',
  async (q) => {
    const { items } = await search(q);

    expect(items.slice(0, 2).map(({ file_path }) => file_path)).toEqual([
      'stories/US0001-login.md',
      'decisions/US0001.md',
    ]);
    expect(items[0]!.score).toBeGreaterThan(items[1]!.score);
  },
);

test('[SR6] an id outranks a title, a title a heading, a heading a fact, and a fact the text', async () => {
  const ranked = await kit.addProject({
    'a-text.md': '# Text\n\nnumbat numbat numbat numbat\n',
    'b-fact.md': '# Fact\n\n> **Status:** Draft\n> **Animal:** numbat\n\nNothing.\n',
    'c-heading.md': '# Heading\n\n## The numbat\n\nNothing.\n',
    'd-title.md': '# The numbat\n\nNothing.\n',
    'e-numbat.md': '# Name\n\nNothing.\n',
  });
  await ranked.sync();

  const { items } = await search('numbat', { project: ranked.slug });

  expect(items.map(({ doc_id }) => doc_id)).toEqual(['e-numbat', 'd-title', 'c-heading', 'b-fact', 'a-text']);
});

test('[SR6] every occurrence counts, and hits of one score come in the order of their ids', async () => {
  const times = (count: number) => `# Many\n\n${'dingo '.repeat(count)}and other words\n`;
  const ranked = await kit.addProject({
    'a.md': times(39),
    'b.md': times(40),
    'c.md': times(240),
    'd.md': times(241),
    'e.md': times(40),
  });
  await ranked.sync();

  const { items } = await search('dingo', { project: ranked.slug });

  expect(items.map(({ doc_id }) => doc_id)).toEqual(['d', 'c', 'b', 'e', 'a']);
  expect(items[2]!.score).toBe(items[3]!.score);
});

test('[SR5, SR8] the last words of a file of 5 MB are found and shown', async () => {
  const huge = await kit.addProject({
    'huge.md': `# Huge\n\n${'Some lines of a long protocol.\n'.repeat(168_000)}\nSome last words of all.\n`,
  });
  await huge.sync();

  const [hit] = (await search('"some last words"', { project: huge.slug })).items;

  expect(hit?.snippet).toMatch(/^….*<mark>Some last words<\/mark> of all\.$/);
});

test('[SR7] of several projects each owner comes before every mention', async () => {
  const { items } = await search('EP12', { project: '' });

  expect(items.map(({ file_path }) => file_path)).toEqual([
    'epics/EP0012-auth.md',
    'stories/US0001-login.md',
  ]);
});

describe('[SR8] snippets', () => {
  test('what the file says is escaped; only the words found are marked', async () => {
    const [hit] = (await search('bold')).items;

    expect(hit?.snippet).toContain('&lt;b&gt;<mark>bold</mark>&lt;/b&gt; &quot;words&quot; &amp; more');
  });

  test('a mark in the document is no mark', async () => {
    const [hit] = (await search('v1.2 "not a"')).items;

    expect(hit?.snippet).toContain('&lt;mark&gt;<mark>not a</mark> mark&lt;/mark&gt;');
    expect(hit?.snippet.match(/<mark>/g)).toHaveLength(2);
  });

  test('words are marked as they are written', async () => {
    const [hit] = (await search('strasse')).items;

    expect(hit?.snippet).toContain('<mark>Straße</mark>');
  });

  test('of a long text the best passage, cut with an ellipsis', async () => {
    const [hit] = (await search('needle haystack')).items;

    expect(hit?.snippet).toMatch(/^….*<mark>needle<\/mark> in the <mark>haystack<\/mark> ends here$/);
    expect(hit!.snippet.replaceAll(/<\/?mark>/g, '').length).toBeLessThanOrEqual(242);
  });

  test('without a hit in the text, the fact that matched', async () => {
    const [hit] = (await search('ada')).items;

    expect(hit?.snippet).toBe('owner: <mark>Ada</mark>');
  });
});

describe('[SR1, SR2] filters, pages and facets', () => {
  test.each([
    [{ type: 'story' }, ['stories/US0001-login.md']],
    [{ type: 'unknown-type' }, []],
    [{ status: 'Done' }, ['stories/US0001-login.md']],
    [{ status: 'none' }, ['notes/code.md', 'notes/draft.md']],
    [{ owner: 'Ada' }, ['epics/EP0012-auth.md']],
    [{ epic: 'EP0012' }, ['stories/US0001-login.md']],
    [{ project: 'nobody' }, []],
  ])('%j', async (filters, paths) => {
    expect(await find('sync status', filters)).toEqual(paths);
  });

  test('facets count all hits, not those of the page', async () => {
    const page = await search('sync status', { project: '', facets: '1', per_page: '1' });

    expect(page).toMatchObject({ total: 5, pages: 5, per_page: 1 });
    expect(page.facets).toEqual({
      project: { [project.slug]: 4, [other.slug]: 1 },
      type: { epic: 1, story: 2, other: 2 },
      status: { 'In Progress': 1, Done: 1, none: 3 },
    });
  });

  test('pages never overlap, and past the end there is nothing but the total', async () => {
    const pages = await Promise.all(
      ['1', '2', '3'].map((page) => search('sync status', { per_page: '2', page })),
    );

    const paths = pages.flatMap(({ items }) => items.map(({ file_path }) => file_path));
    expect(new Set(paths).size).toBe(4);
    expect(pages.map(({ total }) => total)).toEqual([4, 4, 4]);
    expect(pages[2]?.items).toEqual([]);
  });

  test.each([
    ['q=', 'query.q'],
    ['', 'query.q'],
    [`q=${'x'.repeat(501)}`, 'query.q'],
    ['q=a%00b', 'query.q'],
    ['q=a&per_page=51', 'query.per_page'],
    ['q=a&per_page=0', 'query.per_page'],
    ['q=a&page=100000000000000000000', 'query.page'],
    ['q=a&kinds=nothing', 'query.kinds.0'],
  ])('%s is refused by name', async (query, field) => {
    const answer = await kit.server.request('GET', `/api/v1/search?${query}`);

    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      error: { details: [expect.objectContaining({ path: field })] },
    });
  });
});

test('[SR9, SY11] what is saved, renamed or removed is found, or not, as soon as the operation has ended', async () => {
  const changing = await kit.addProject({ 'a.md': '# Alpha\n\nquokka\n', 'b.md': '# Beta\n\nquokka\n' });
  await changing.sync();
  const here = { project: changing.slug };
  expect(await find('quokka', here)).toEqual(['a.md', 'b.md']);

  await changing.tree.write('a.md', '# Alpha\n\nwombat\n');
  await changing.syncPaths(['a.md']);
  expect([await find('quokka', here), await find('wombat', here)]).toEqual([['b.md'], ['a.md']]);

  await changing.tree.remove('b.md');
  await changing.syncPaths(['b.md']);
  expect(await find('quokka', here)).toEqual([]);
});

test('[SR9] a removed project is found no more', async () => {
  const leaving = await kit.addProject({ 'a.md': '# Alpha\n\nthylacine\n' });
  await leaving.sync();
  expect(await find('thylacine', { project: '' })).toEqual(['a.md']);

  await kit.server.request('DELETE', `/api/v1/projects/${leaving.slug}`);

  expect(await find('thylacine', { project: '' })).toEqual([]);
});

test('a sync without a change writes nothing to search', async () => {
  const read = () => kit.sql`select id, xmin::text, digest from search_entries order by id`;
  const before = await read();

  await project.sync();
  await project.sync({ force: true });

  expect(await read()).toEqual(before);
});

test('[SY11] entries that were lost are made again by the next sync', async () => {
  await kit.sql`delete from search_entries where project_id = ${project.id}`;
  await kit.sql`delete from search_state where project_id = ${project.id}`;

  await project.sync();

  expect(await find('widget')).toEqual(['notes/once.md', 'notes/titled.md', 'notes/twice.md']);
});

test('[SY11] entries that were made by other rules are made again by the next sync', async () => {
  await kit.sql`update search_entries set digest = 'old', title = 'Old' where project_id = ${project.id}`;
  await kit.sql`update search_state set derived_from = regexp_replace(derived_from, '^[0-9]+', '0') where project_id = ${project.id}`;

  await project.sync();

  const { items } = await search('widget');
  expect(items.map(({ title }) => title)).toEqual(['Widget', 'Notes', 'Notes']);
});

test('[SY11] a document that goes before search has ever held it does not stop the sync', async () => {
  const cut = await kit.addProject({ 'a.md': '# Kept quokka\n', 'b.md': '# Gone quokka\n' });
  await cut.sync();
  await kit.sql`delete from search_entries where project_id = ${cut.id}`;
  await kit.sql`delete from search_state where project_id = ${cut.id}`;
  await cut.tree.remove('b.md');

  await cut.sync();

  const { items } = await search('quokka', { project: cut.slug });
  expect(items.map(({ file_path }) => file_path)).toEqual(['a.md']);
});
