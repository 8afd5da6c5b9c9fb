import { describe, expect, test } from 'vitest';
import { lines, read } from './read.ts';

const withHeader = (...header: string[]) => read(lines('# T', '', ...header.map((line) => `> ${line}`)));
const withFrontMatter = (...block: string[]) => read(lines('---', ...block, '---', 'Body'));

test('[DC9] own fields have a place of their own, everything else is metadata, `points` too', () => {
  const document = withHeader(
    '**Status:** Ready',
    '**Owner:** Ann',
    '**Priority:** High',
    '**Points:** 5',
    '**Epic:** EP0001',
    '**Story:** US0002',
    '**Depends on:** US0003',
    '**Aliases:** BG0001',
    '**Severity:** Low',
  );

  expect(document).toMatchObject({
    status: 'Ready',
    owner: 'Ann',
    priority: 'High',
    storyPoints: 5,
    epic: 'EP0001',
    story: 'US0002',
    dependsOn: ['US0003'],
    aliases: ['BG0001'],
    metadata: { points: '5', severity: 'Low' },
  });
  expect(Object.keys(document.metadata ?? {})).toEqual(['points', 'severity']);
});

test('[DC9] metadata is null when there is none', () => {
  expect(withHeader('**Status:** Ready')).toMatchObject({
    metadata: null,
    metadataValues: { status: ['Ready'] },
  });
});

test('[DC9] [DP5] values of a repeated key are joined and kept one by one', () => {
  const document = withHeader('**Parent:** CR0001', '**Parent:** CR0002', '**Parent:** CR0001');

  expect(document.metadata).toEqual({ parent: 'CR0001; CR0002; CR0001' });
  expect(document.metadataValues).toEqual({ parent: ['CR0001', 'CR0002', 'CR0001'] });
});

test.each([
  ['Depends on', 'depends_on'],
  ['Supersedes / Superseded by', 'supersedes_/_superseded_by'],
  ['  GitHub Issue ', 'github_issue'],
  ['Raised-by', 'raised-by'],
  ['Größe', 'größe'],
])('[DP6] key %j is %j', (written, key) => {
  expect(Object.keys(withHeader(`**${written}:** v`).metadataValues)).toEqual([key]);
});

test.each(['Depends on', 'depends_on', 'Depends-on', 'DEPENDS ON', 'depends-on'])(
  '[DP6] %s is looked up as depends_on',
  (key) => {
    expect(withHeader(`**${key}:** US0003`)).toMatchObject({ dependsOn: ['US0003'], metadata: null });
  },
);

describe('[DC9] story points', () => {
  test.each<[string[], number | null]>([
    [['**Story Points:** 5'], 5],
    [['**Points:** 3'], 3],
    [['**Points:** 3', '**Story Points:** 8'], 8],
    [['**Story Points:** ?', '**Points:** 3'], 3],
    [['**Story Points:** 5 (was 8)'], 5],
    [['**Story Points:** 13pts'], 13],
    [['**Story Points:** 0'], 0],
    [['**Story Points:** 2.5'], 2],
    [['**Story Points:** ~5'], null],
    [['**Story Points:** -3'], null],
    [['**Story Points:** many'], null],
    [['**Story Points:** 99999999999999999999'], null],
    [['**Story Points:** 5', '**Story Points:** 8'], 8],
    [['**Size:** 5'], null],
  ])('%j → %s', (header, points) => {
    expect(withHeader(...header).storyPoints).toBe(points);
  });

  test('from front matter', () => {
    expect(withFrontMatter('story_points: 21').storyPoints).toBe(21);
    expect(withFrontMatter('points: "8 total"').storyPoints).toBe(8);
  });
});

describe('[DC9] epic and story', () => {
  test.each<[string, string | null]>([
    ['EP0007', 'EP0007'],
    ['ep-0007', 'EP0007'],
    ['[EP0007: Quality](../epics/EP0007-quality.md)', 'EP0007'],
    ['[Quality](../epics/EP0007-quality.md)', 'EP0007'],
    ['[EP0007](../epics/EP0007-x.md), see EP0009', 'EP0007'],
    ['EP-01KX8B82 (new)', 'EP-01KX8B82'],
    ['--', null],
    ['-', null],
    ['—', null],
    ['none', null],
    ['Project Management', null],
    ['', null],
  ])('%j → %s', (value, id) => {
    expect(withHeader(`**Epic:** ${value}`).epic).toBe(id);
    expect(withHeader(`**Story:** ${value.replaceAll('EP', 'US').replaceAll('ep-', 'us-')}`).story).toBe(
      id?.replace('EP', 'US') ?? null,
    );
  });

  test('[§11] every value is kept for the edges', () => {
    const value = '[EP0007](../epics/EP0007-x.md), see EP0009';

    expect(withHeader(`**Epic:** ${value}`).metadataValues).toEqual({ epic: [value] });
  });
});

describe('[DP17] [DP18] fields with several names', () => {
  test.each<[string[], Partial<Record<'owner' | 'priority', string | null>>]>([
    [['owner: Ann', 'owners: [Bob]'], { owner: 'Ann' }],
    [['owner: null', 'owners: [Bob, Cid]'], { owner: 'Bob, Cid' }],
    [['assigned_to: Dan'], { owner: 'Dan' }],
    [['owner: "-"', 'assigned_to: Dan'], { owner: 'Dan' }],
    [['owner: N/A'], { owner: null }],
    [['owners: []'], { owner: null }],
    [['risk_level: low'], { priority: 'low' }],
    [['risk_level: low', 'priority: high'], { priority: 'high' }],
    [['priority: ~'], { priority: null }],
  ])('%j → %j', (block, fields) => {
    expect(withFrontMatter(...block)).toMatchObject(fields);
  });

  test.each(['null', '~', 'none', 'None', 'n/a', '-', '--', '—', '""'])('%s is empty', (value) => {
    expect(withHeader(`**Owner:** ${value}`).owner).toBeNull();
    expect(withHeader('**Owner:** x', `**Depends on:** ${value}`).dependsOn).toEqual([]);
  });

  test('a front matter that says nothing leaves the word to the quote', () => {
    const document = read(lines('---', 'owner: null', '---', '# T', '> **Owner:** Ann'));

    expect(document).toMatchObject({ owner: 'Ann', metadataValues: { owner: ['Ann'] } });
  });
});

describe('[DP18] lists', () => {
  test.each<[string, string[]]>([
    ['depends_on: [US0001, bg-0002]', ['US0001', 'BG0002']],
    ['depends_on: US0001, US0002', ['US0001', 'US0002']],
    ['depends_on: "US0001\\nUS0002"', ['US0001', 'US0002']],
    ['depends_on: US0001', ['US0001']],
    ['depends_on: [phase-1-fixes.md, other-feature-v1]', ['phase-1-fixes.md', 'other-feature-v1']],
    ['depends_on: [US0001, us-0001]', ['US0001']],
    ['depends_on: [null, "", none]', []],
    ['depends_on: None - stands alone', []],
    ['depends-on: "[US0003: a, b](US0003.md)"', ['US0003']],
  ])('%s → %j', (line, dependsOn) => {
    expect(withFrontMatter(line).dependsOn).toEqual(dependsOn);
  });

  test.each<[string, string[]]>([
    ['aliases: [BG-0001, Old Name]', ['BG0001', 'Old Name']],
    ['aliases: one, two', ['one', 'two']],
    ['aliases: bg-01KX8B82', ['BG-01KX8B82']],
  ])('%s → %j', (line, aliases) => {
    expect(withFrontMatter(line)).toMatchObject({ aliases, metadata: null });
  });
});

test('[DC9] metadata of front matter is text, as it was written', () => {
  const document = withFrontMatter(
    'version: 1.10',
    'created: 2026-02-17',
    'flag: true',
    'none: null',
    'tags: [a, b]',
    'empty: []',
    'tasks:',
    '  - {id: T-1, done: false}',
    'nested: {a: [1]}',
  );

  expect(document.metadata).toEqual({
    version: '1.10',
    created: '2026-02-17',
    flag: 'true',
    tags: 'a; b',
    tasks: '{"id":"T-1","done":false}',
    nested: '{"a":[1]}',
  });
  expect(document.metadataValues['tags']).toEqual(['a', 'b']);
  expect(document.frontMatter).toMatchObject({ tasks: [{ id: 'T-1', done: false }], none: null, empty: [] });
});

describe('[GD7] declared dates are the raw text of the first key present', () => {
  test.each<[string[], object]>([
    [['created: 2026-02-17', 'created_at: 2026-01-01'], { created: '2026-02-17' }],
    [['date_created: 2026-02-17', 'created_at: 2026-01-01'], { created: '2026-01-01' }],
    [['date_created: 2026/02/17'], { created: '2026/02/17' }],
    [['updated: a'], { updated: 'a' }],
    [['updated_at: b', 'last_updated: c'], { updated: 'b' }],
    [['last_updated: c', 'modified: d'], { updated: 'c' }],
    [['modified: d', 'modified_at: e'], { updated: 'd' }],
    [['modified_at: e'], { updated: 'e' }],
    [['completed: 2026-02-30'], { completed: '2026-02-30' }],
    [['completed: null', 'completed_at: a', 'completion_date: b'], { completed: 'a' }],
    [['completion_date: b', 'done_at: c'], { completed: 'b' }],
    [['done_at: c'], { completed: 'c' }],
    [['started: 2026-02-01'], { started: '2026-02-01' }],
    [['title: T'], { created: null, updated: null, completed: null, started: null }],
  ])('%j → %j', (block, dates) => {
    expect(withFrontMatter(...block).declaredDates).toMatchObject(dates);
  });

  test('from the header too', () => {
    expect(withHeader('**Created:** 2026-07-15', '**Last Updated:** 2026-07-16').declaredDates).toMatchObject(
      {
        created: '2026-07-15',
        updated: '2026-07-16',
      },
    );
  });
});
