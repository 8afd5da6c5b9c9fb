import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, test } from 'vitest';
import { readFrontMatter } from '../../../server/features/documents/parse/front-matter.ts';
import { issuesOf, lines, read } from './read.ts';

function frontMatter(...block: string[]) {
  return read(lines('---', ...block, '---', '', '# Heading', '', 'Body'));
}

test.each<[string, string, object]>([
  ['closed by three dots', '---\ntitle: T\n...\nbody', { title: 'T' }],
  ['with blanks behind the lines', '---  \ntitle: T\n---\t \nbody', { title: 'T' }],
  ['that ends the file', '---\ntitle: T\n---', { title: 'T' }],
])('[DP3] front matter is read %s', (_, text, value) => {
  expect(read(text).frontMatter).toEqual(value);
});

test.each<[string, string]>([
  ['a rule at the top of plain text', '---\n\nSome words here.\n\n---\nMore.\n'],
  ['a rule above words with a colon inside', '---\nSome words, and more,\nand this: too\n---\n'],
  ['a list between rules', '---\n- a\n- b\n---\n'],
  ['two rules', '---\n---\n# T\n'],
  ['a rule with nothing after it', '---\n\n# T\n\ntext\n'],
  ['keys that do not begin the file', '\n---\ntitle: T\n---\n'],
  ['four dashes', '----\ntitle: T\n----\n'],
  ['an indented line', ' ---\ntitle: T\n---\n'],
])('[DP3] %s is body, without a complaint', (_, text) => {
  const document = read(text);

  expect(document).toMatchObject({ frontMatter: null, metadata: null, issues: [] });
  expect(document.content.trim().startsWith(text.trim().slice(0, 4))).toBe(true);
});

test('[DP3] front matter that is never closed is body, with a notice', () => {
  const document = read('---\ntitle: T\nstatus: done\n\n# Heading\n');

  expect(document).toMatchObject({ frontMatter: null, status: null, title: 'Heading' });
  expect(issuesOf(document)).toEqual(['FRONTMATTER_UNCLOSED:1']);
  expect(document.content).toContain('status: done');
});

test('[DP3] front matter holds 64 KiB at most', () => {
  const filler = (size: number) => `---\nstatus: done\nnotes: ${'x'.repeat(size)}\n---\nbody\n`;

  expect(read(filler(65_000)).status).toBe('Done');
  expect(issuesOf(read(filler(66_000)))).toEqual(['FRONTMATTER_UNCLOSED:1']);
  // 64 KiB are bytes: half as many letters of two bytes fill them.
  expect(read(filler(65_000).replaceAll('x', 'é')).frontMatter).toBeNull();
});

test.each<[string, string, unknown]>([
  ['a date', '2026-02-17', '2026-02-17'],
  ['a time', '2026-02-17T09:30:00Z', '2026-02-17T09:30:00Z'],
  ['yes', 'yes', 'yes'],
  ['no', 'no', 'no'],
  ['on', 'on', 'on'],
  ['true', 'true', true],
  ['a number', '5', 5],
  ['a fraction', '0.5', 0.5],
  ['a version with a final zero', '1.10', '1.10'],
  ['digits with a leading zero', '0123456', '0123456'],
  ['a commit hash that looks like a number', '12e4567', '12e4567'],
  ['digits too many for a number', '12345678901234567890', '12345678901234567890'],
  ['infinity', '.inf', '.inf'],
  ['a quoted number', '"5"', '5'],
  ['a tilde', '~', null],
  ['nothing', '', null],
  ['a list', '[a, 1, null]', ['a', 1, null]],
  ['a mapping', '{a: {b: c}}', { a: { b: 'c' } }],
  ['an escaped NUL', '"a\\0b"', 'a\uFFFDb'],
  ['half of a surrogate pair', '"a\\uD800b"', 'a\uFFFDb'],
])('[DP3] %s is plain data that can be stored', (_, written, value) => {
  expect(frontMatter(`key: ${written}`).frontMatter).toEqual({ key: value });
});

test.each<[string, string[], number]>([
  ['a value with a second colon', ['title: PRD: Name'], 2],
  ['an unclosed quote (noticed where the block ends)', ['status: done', 'title: "T'], 5],
  ['a value that begins with a backtick', ['a:', '  - `x` works'], 3],
  ['an anchor', ['a: &x 1'], 2],
  ['an alias', ['a: *x'], 2],
  ['a tag', ['ok: 1', 'a: !!str 1'], 3],
  ['an unknown tag', ['a: !js/function "x"'], 2],
  ['a tag on a key', ['!!str a: 1'], 2],
  ['an anchor on a list (told at the list)', ['ok: 1', 'a: &x', '  - 1'], 4],
  ['33 levels', [`a: ${'['.repeat(32)}${']'.repeat(32)}`], 2],
  ['endless nesting', [`a: ${'['.repeat(30_000)}`], 2],
  ['a tab as indentation', ['a:', '\tb: 1'], 3],
  ['keys in two columns', ['a: 1', '  b: 2'], 2],
])('[IX2] %s is YAML_ERROR with its place in the file, and nothing is guessed', (_, block, line) => {
  const document = read(
    lines('---', ...block, 'status: done', '---', '', '# Heading', '', '> **Owner:** Ann', '', 'Body'),
    { filePath: 'stories/US0001.md' },
  );

  expect(document).toMatchObject({
    frontMatter: null,
    metadata: null,
    metadataValues: {},
    status: null,
    rawStatus: null,
    owner: null,
    title: 'Heading',
    type: 'story',
    refId: 'US0001',
  });
  expect(document.issues).toHaveLength(1);
  expect(document.issues[0]).toMatchObject({ path: 'stories/US0001.md', code: 'YAML_ERROR' });
  expect(document.issues[0]?.line).toBe(line);
  expect(document.content).toContain('Body');
  expect(document.content).toContain('status: done');
});

test('[IX1] the column is that of the file', () => {
  expect(frontMatter('a:', '  - `x` works').issues).toMatchObject([
    { code: 'YAML_ERROR', line: 3, column: 5 },
  ]);
});

test('[IX2] a YAML comment is not the title of a file with broken front matter', () => {
  expect(read('---\n# internal\na: [\n---\ntext\n', { filePath: 'stem-here.md' }).title).toBe('stem-here');
});

test('[DP3] 32 levels are allowed', () => {
  expect(issuesOf(frontMatter(`a: ${'['.repeat(31)}${']'.repeat(31)}`))).toEqual([]);
});

test('[DP3] of a repeated key the last value counts, with a warning at its line', () => {
  const document = frontMatter(
    'owner: Ann',
    'status: draft',
    'owner: Bob',
    'tasks:',
    '  - id: 1',
    '    id: 2',
  );

  expect(document).toMatchObject({ owner: 'Bob', frontMatter: { owner: 'Bob', tasks: [{ id: 2 }] } });
  expect(issuesOf(document)).toEqual(['DUPLICATE_KEY:4', 'DUPLICATE_KEY:7']);
});

test('keys with a meaning to JavaScript are only keys', () => {
  const document = frontMatter(
    '__proto__: {polluted: 1}',
    'constructor: x',
    'toString: y',
    'hasOwnProperty: z',
  );

  expect(({} as { polluted?: number }).polluted).toBeUndefined();
  expect(Object.getPrototypeOf(document.frontMatter)).toBe(Object.prototype);
  expect(document.metadata).toMatchObject({ constructor: 'x', tostring: 'y', hasownproperty: 'z' });
});

test('keys that are no text are shown as text', () => {
  expect(frontMatter('2026: a', 'true: b', '1.10: c', '? [x]', ': d').frontMatter).toEqual({
    '2026': 'a',
    true: 'b',
    '1.10': 'c',
    '["x"]': 'd',
  });
});

test('[DP3] what YAML wrote is read as it was meant, whatever text, list and mapping it holds', () => {
  const text = fc
    .string({
      unit: fc.constantFrom('a', 'b', ' ', ':', '#', '-', '"', "'", '\n', 'é', '1', '{', '*'),
    })
    // The writer puts text that ends a line in a blank into a block scalar, which cannot hold it at every depth.
    .filter((given) => !/ \n/.test(given));
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.boolean(),
      fc.nat(),
      fc.constant(null),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(text, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(text, value, { minKeys: 1, maxKeys: 5 }), (mapping) => {
      const block = stringify(mapping, { version: '1.2', schema: 'core', aliasDuplicateObjects: false });
      fc.pre(!/^(---|\.\.\.)[ \t]*$/m.test(block));

      expect(readFrontMatter(`---\n${block}---\nbody`, 'a.md')).toMatchObject({
        outcome: 'mapping',
        value: mapping,
      });
    }),
  );
});

test('no front matter makes the reader throw, and each is read the same way twice', () => {
  const piece = fc.constantFrom(
    'a: ',
    'b',
    '\n',
    '  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    '&x ',
    '*x',
    '!t ',
    '? ',
    ': ',
    '"',
    "'",
    '|',
    '>',
    '#',
    '---\n',
    '\t',
    '%',
    ',',
    '\\0',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = `---\n${pieces.join('')}\n---\nbody\n`;

      expect(read(text)).toEqual(read(text));
    }),
    { numRuns: 1000 },
  );
});
