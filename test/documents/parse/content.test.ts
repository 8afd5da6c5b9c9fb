import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toContent } from '../../../server/features/documents/parse/parse-document.ts';
import { lines, read } from './read.ts';

describe('[DC6] title', () => {
  test.each<[string, string[], string]>([
    ['the first heading', ['Words', '# One', '# Two'], 'One'],
    ['a heading below sections', ['## S', 'text', '# Late'], 'Late'],
    ['a heading before front matter', ['---', 'title: FM', '---', '# One'], 'One'],
    ['front matter without a heading', ['---', 'title: FM', '---', '## S'], 'FM'],
    ['a number in front matter', ['---', 'title: 2026', '---'], '2026'],
    ['the stem without either', ['Words', '## S', '### T'], 'the-stem'],
    ['the stem for a title that is a list', ['---', 'title: [a]', '---'], 'the-stem'],
    ['the stem for an empty title', ['---', 'title: ""', '---'], 'the-stem'],
    ['no heading in a fence', ['```', '# code', '```', '# Real'], 'Real'],
    ['no heading in a comment', ['<!--', '# old', '-->', '# Real'], 'Real'],
    ['no comment of the front matter', ['---', '# hidden', 'a: 1', '---'], 'the-stem'],
    ['no heading without words', ['#', '# ', '# Real'], 'Real'],
    ['no heading without blank', ['#tag', '# Real'], 'Real'],
    ['without closing marks', ['# Title ##'], 'Title'],
    ['with a mark that belongs to a word', ['# About C#'], 'About C#'],
    ['with its markup', ['#   `a` and **b**  '], '`a` and **b**'],
    ['no deeper heading', ['### A', '# B'], 'B'],
  ])('is %s', (_, text, title) => {
    expect(read(lines(...text), { filePath: 'x/the-stem.md' }).title).toBe(title);
  });

  test.each([[''], ['\uFEFF'], ['---\nowner: Ann\n---\n'], ['\n\n']])(
    '[§11] %j is a document with its stem as title',
    (text) => {
      expect(read(text, { filePath: 'x/the-stem.md' })).toMatchObject({
        title: 'the-stem',
        docId: 'the-stem',
        contentLength: 0,
        issues: [],
      });
    },
  );
});

describe('[DC11] content', () => {
  test.each<[string, string[], string[]]>([
    [
      'the title line and the header',
      ['# T', '', '> **Status:** Done', '> more of it', '', 'Body'],
      ['', '', 'Body'],
    ],
    ['front matter', ['---', 'a: 1', '---', 'Body'], ['Body']],
    ['a title below front matter', ['---', 'a: 1', '---', '', '# T', 'Body'], ['', 'Body']],
    ['a title below a comment', ['<!-- tool -->', '# T', 'Body'], ['<!-- tool -->', 'Body']],
    ['a title below the header', ['> **Status:** Done', '', '# T', 'Body'], ['', 'Body']],
    ['a plain run', ['# T', '**A:** 1', '', '**B:** 2', 'Body'], ['', 'Body']],
  ])('leaves out %s', (_, text, left) => {
    expect(toContent(lines(...text))).toBe(lines(...left));
  });

  test.each<[string, string[]]>([
    ['a title below words', ['Words first.', '# T', 'Body']],
    ['a title below code', ['```', 'x', '```', '# T', 'Body']],
    ['a section heading at the top', ['## S', '# T', 'Body']],
    ['quotes of prose', ['> a', '> b', '', '## S', '> c']],
    ['a broken front matter', ['---', 'a: [', '---', '# T', 'Body']],
    ['an unclosed front matter', ['---', 'a: 1', 'Body']],
    ['a rule and a rule', ['---', '---', 'Body']],
  ])('keeps %s', (_, text) => {
    expect(toContent(lines(...text))).toBe(lines(...text));
  });

  test('everything before, between and after the header is kept in order', () => {
    const content = toContent(
      lines(
        '# T',
        'Before.',
        '> A sage.',
        '> **Status:** Done',
        '>',
        '> Between.',
        '',
        '> **Owner:** Ann',
        'After.',
        '## S',
        '> **Size:** M',
      ),
    );

    expect(content).toBe(
      lines('Before.', '> A sage.', '>', '> Between.', '', 'After.', '## S', '> **Size:** M'),
    );
  });

  test('nothing is cut at a length', () => {
    const body = 'word '.repeat(40_000);

    expect(toContent(`# T\n\n${body}\nlast line\n`)).toBe(`\n${body}\nlast line\n`);
  });

  test('its length is counted without the blanks around it', () => {
    expect(read('# T\n\n  Body  \n\n').contentLength).toBe(4);
  });
});

const documentLine = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '',
      'words',
      '> prose',
      '>',
      '## S',
      '```',
      '~~~',
      '<!--',
      '-->',
      '- item',
      '---',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '# Title',
      '> **Status:** Done',
      '> **Size:** M · **Team:** Red',
      '**Owner:** Ann',
      '- **Verify:** x',
      'a: 1',
      'status: draft',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

/** Lines that may be header or title; no other line may be missing from the content. */
function mayBeLeftOut(line: string, before: readonly string[]): boolean {
  const isInQuote = line.startsWith('>');
  const isPlainKey = /^(?:[-*]\s+)?\*\*/.test(line);
  const isFrontMatter = /^\uFEFF?---[ \t]*$/.test(before[0] ?? line);
  return isInQuote || isPlainKey || isFrontMatter || /^\uFEFF?# /.test(line);
}

test('[DC11] content keeps every line that is neither header nor title, in order; reading is total and repeatable', () => {
  fc.assert(
    fc.property(fc.array(documentLine, { maxLength: 25 }), fc.constantFrom('\n', '\r\n'), (texts, end) => {
      const text = texts.join(end);
      const document = read(text);
      const left = document.content.split('\n');
      const all = document.text.replace(/\r\n?/g, '\n').split('\n');
      let at = 0;
      const lost = all.filter((line, index) => {
        if (left[at] !== line) return !mayBeLeftOut(line, all.slice(0, index));
        at += 1;
        return false;
      });

      expect(lost).toEqual([]);
      expect(left.slice(at).join('')).toBe('');
      expect(toContent(document.text)).toBe(document.content);
      expect(read(text)).toEqual(document);
    }),
    { numRuns: 2000 },
  );
});

test('no text makes the reader throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const document = read(text);

      expect(document.contentLength).toBe(document.content.trim().length);
      expect(JSON.stringify(document)).not.toMatch(/\\u0000|\\ud[89a-f]/);
    }),
    { numRuns: 1000 },
  );
});
