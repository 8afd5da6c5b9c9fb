import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { detectKind, toSafeHtml } from '../../../server/features/work-items/mapping/rich-text.ts';
import { mapOne } from '../planning-kit.ts';

/** What a person reads of HTML that holds text and line breaks only. */
const toText = (html: string): string =>
  html
    .replaceAll('<br>', '\n')
    .replace(/&(lt|gt|quot|amp);/g, (_entity, name: 'lt' | 'gt' | 'quot' | 'amp') => characters[name]);

const characters = { lt: '<', gt: '>', quot: '"', amp: '&' } as const;

const hardText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('<', '&', '&lt;', '"', "'", '😀', 'שלום', '\n', '<script>', '<i>'),
    ),
  )
  .map((parts) => parts.join(''));

test('[FM8] whatever plain text says, it says after the round trip, line by line', () => {
  fc.assert(
    fc.property(hardText, (text) => {
      const html = toSafeHtml(text, 'plain');

      expect(html.replaceAll('<br>', '')).not.toMatch(/[<>]/);
      expect(toText(html)).toBe(text);
    }),
  );
});

test('[FM8] text that is neither markdown nor HTML by its looks reaches the description whole', () => {
  const words = fc.array(
    fc.constantFrom('a < b', 'x & y', '"quoted"', "it's", '😀', 'שלום', '<script>', 'List<String>', '5 * 3'),
  );

  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.join('\n');

      const sent = mapOne({ description: text }).fields['System.Description'] as string | null;

      expect(toText(sent ?? '')).toBe(text);
    }),
  );
});

const evil = fc
  .array(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '<img src=x onerror=alert(1)>',
      '<a href="javascript:alert(1)">x</a>',
      '<a href="JaVa&#115;cript:alert(1)">',
      '<div style="background:url(x)" onclick=\'y\'>',
      '</div>',
      '<svg/onload=alert(1)>',
      '<iframe src="//x">',
      '<p>',
      '[x](javascript:alert(1))',
      '**b**',
      '<',
      '>',
      '"',
      '\n',
      'text',
    ),
  )
  .map((parts) => parts.join(''));

test('[FM8] nothing that runs, loads or styles is left in any kind of text', () => {
  fc.assert(
    fc.property(
      evil,
      fc.constantFrom('html' as const, 'markdown' as const, 'plain' as const),
      (text, kind) => {
        const html = toSafeHtml(text, kind);

        for (const [tag] of html.matchAll(/<[^>]*>/g)) {
          expect(tag).not.toMatch(/\bon\w+\s*=|javascript:|style|^<\/?(script|iframe|svg)/i);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test.each(['<p>', '</p', '[', '**x', '`', '|', '<p ', '> '])(
  '[FM8] a megabyte of %j is looked at in the time of one look',
  (mark) => {
    const text = mark.repeat(1_000_000 / mark.length);
    const begin = performance.now();

    detectKind(text);

    expect(performance.now() - begin).toBeLessThan(2_000);
  },
);

test.each([
  ['a < b & c > d', 'plain'],
  ['List<String> and <T>', 'plain'],
  ['2 * 3 * 4', 'plain'],
  ['one\ntwo', 'plain'],
  ['<p>one</p>', 'html'],
  ['one<br/>two', 'html'],
  ['<ul><li>x</li></ul>', 'html'],
  ['# Title', 'markdown'],
  ['- one\n- two', 'markdown'],
  ['1. one', 'markdown'],
  ['see **this**', 'markdown'],
  ['[x](https://example.org)', 'markdown'],
  ['`code`', 'markdown'],
] as const)('[FM8] %j is taken for %s', (text, kind) => {
  expect(detectKind(text)).toBe(kind);
});

test.each([
  ['markdown', '# T\n\none\ntwo', '<h1>T</h1>\n<p>one<br />\ntwo</p>'],
  ['markdown', '<b>raw</b>', '<p>&lt;b&gt;raw&lt;/b&gt;</p>'],
  ['html', '<p class="x">a<br>b</p>', '<p>a<br />b</p>'],
  ['html', 'a <unknown>b</unknown>', 'a b'],
] as const)('[FM8] %s %j becomes safe HTML', (kind, text, html) => {
  expect(toSafeHtml(text, kind)).toBe(html);
});

test('[FM8] what no XML can carry is not sent', () => {
  const { fields } = mapOne({ name: 'a\u0000b\ud800', description: 'x\u0007y\r\nz' });

  expect(fields).toMatchObject({ 'System.Title': 'ab\ufffd', 'System.Description': 'xy<br>z' });
});
