/** What a document's own text refers to: fields with their lines, links and ids of the body (LK15, LK16). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findIds, locateIds } from '../../../server/features/documents/parse/ids.ts';
import { toLinkedPath } from '../../../server/features/documents/parse/references.ts';
import { builtInVocabulary } from '../../../server/features/documents/parse/vocabulary.ts';
import { read } from './read.ts';

const referencesOf = (text: string) => read(text).references;

test('[LK15] every id of a quote header is kept with its key and line, repeated keys included', () => {
  const { header } = referencesOf(
    '# Title\n\n> **Epic:** EP0007\n> **Depends on:** us-0001, CR0002\n> **Depends on:** BG0003\n',
  );

  expect(header).toEqual([
    { key: 'Epic', kind: 'id', value: 'EP0007', line: 3 },
    { key: 'Depends on', kind: 'id', value: 'US0001', line: 4 },
    { key: 'Depends on', kind: 'id', value: 'CR0002', line: 4 },
    { key: 'Depends on', kind: 'id', value: 'BG0003', line: 5 },
  ]);
});

test('[LK15] a link in a header is kept with the ids of its text, and what follows by itself', () => {
  const { header } = referencesOf('> **Epic:** [EP0007](../epics/EP0007-x.md), see EP0009\n');

  expect(header).toEqual([
    { key: 'Epic', kind: 'path', value: '../epics/EP0007-x.md', line: 1, ids: ['EP0007'] },
    { key: 'Epic', kind: 'id', value: 'EP0009', line: 1 },
  ]);
});

test.each([
  '--',
  '-',
  '—',
  'none (was US0001)',
  'None open - see CR0002',
  'claude-opus-4-8',
  '2026-07-29T15:35:33Z',
])('[LK15] the value %j names nothing', (value) => {
  expect(referencesOf(`> **Depends on:** ${value}\n`).header).toEqual([]);
});

test('[LK15] front matter is told apart from the quote header', () => {
  const { header, frontMatter, tasksLine } = referencesOf(
    '---\nepic: EP0007\ndepends_on: [US0001, x]\ntasks: []\n---\n# T\n',
  );

  expect(header).toEqual([]);
  expect(frontMatter).toEqual([
    { key: 'epic', kind: 'id', value: 'EP0007', line: 2 },
    { key: 'depends_on', kind: 'id', value: 'US0001', line: 3 },
  ]);
  expect(tasksLine).toBe(4);
});

test('[LK16] a target of the text is told once, with its count and first line', () => {
  const { mentions } = referencesOf('# T\n\nUS0001 and\nUS-0001, then [a](b.md) and [again](b.md#part).\n');

  expect(mentions).toEqual([
    { kind: 'id', value: 'US0001', line: 3, count: 2 },
    { kind: 'path', value: 'b.md', line: 4, count: 2 },
  ]);
});

test('[LK16] the header, fenced code and comments mention nothing', () => {
  const { mentions } = referencesOf(
    '> **Epic:** EP0007\n\n```\nUS0001\n```\n<!-- US0002 [a](b.md) -->\n`[c](d.md)` but `US0003`\n',
  );

  expect(mentions).toEqual([{ kind: 'id', value: 'US0003', line: 7, count: 1 }]);
});

test('[LK16] an id in the text of a link belongs to the link, one in its path is part of the path', () => {
  const { mentions } = referencesOf('See [US0001 and EP0002](../stories/US0001-a.md).\n');

  expect(mentions).toEqual([
    { kind: 'path', value: '../stories/US0001-a.md', line: 1, count: 1, ids: ['US0001', 'EP0002'] },
  ]);
});

test.each([
  ['b.md', 'b.md'],
  ['../x/b.md#part', '../x/b.md'],
  ['/docs/b.md?plain=1', '/docs/b.md'],
  ['my%20file.md', 'my file.md'],
  ['100%.md', '100%.md'],
  ['b.MD', null],
  ['b.png', null],
  ['#part', null],
  ['https://host/b.md', null],
  ['mailto:a@b.md', null],
  ['//host/b.md', null],
  ['docs/*.md', null],
  ['docs/{name}.md', null],
  ['${root}/b.md', null],
  ['a%00.md', null],
  [`${'a'.repeat(1000)}.md`, null],
])('[LK16] the link target %j is the path %j', (target, path) => {
  expect(toLinkedPath(target)).toBe(path);
});

test.each([
  ['[a](b.md "title")', ['b.md']],
  ['[a](<my file.md>)', ['my file.md']],
  ['[a](b_(1).md)', ['b_(1).md']],
  ['[a]: b.md', ['b.md']],
  ['![a](b.md)', ['b.md']],
  ['[a](b.md', []],
  ['[a] (b.md)', []],
])('[LK16] of the line %j the links are %j', (line, paths) => {
  expect(referencesOf(`text\n${line}\n`).mentions.map(({ value }) => value)).toEqual(paths);
});

test('ids are found at their places, the same as without places', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'US',
      'us',
      'BG',
      'RFC',
      'X',
      '0001',
      '12345',
      '01KX8B82',
      'ABCDEFGH',
      '-',
      '-',
      ' ',
      '_',
      'é',
      '\n',
    ),
    fc.string({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');

      const located = [...locateIds(text, 0, builtInVocabulary.ids)];

      expect(located.map(({ id }) => id)).toEqual(findIds(text, builtInVocabulary.ids));
    }),
    { numRuns: 3000 },
  );
});

test('time grows with the text only, whatever it holds', () => {
  const pieces = ['[', '](', '[a](b.md)\n', '[](a "', ']: x\n', '1234', 'US0001 ', '-ABCDEFGH'];
  for (const piece of pieces) {
    const startedAt = performance.now();

    referencesOf(piece.repeat(400_000 / piece.length));

    expect(performance.now() - startedAt).toBeLessThan(1500);
  }
});
