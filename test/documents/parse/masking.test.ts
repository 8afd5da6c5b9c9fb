import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mask } from '../../../server/features/documents/parse/mask.ts';
import { lines } from './read.ts';

/** What is left when the hidden places are shown as dots. */
function visible(text: string): string[] {
  return mask(text)
    .text.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

test.each<[string, string[], string[]]>([
  ['a fence of backticks', ['a', '```js', 'code', '```', 'b'], ['a', 'b']],
  ['a fence of tildes', ['a', '~~~', 'code', '~~~', 'b'], ['a', 'b']],
  ['a longer fence, which only one as long closes', ['````', '```', 'code', '```', '````', 'b'], ['b']],
  ['a fence closed by a longer one', ['```', 'code', '`````', 'b'], ['b']],
  ['a fence of the other kind inside', ['~~~', '```', '~~~', 'b'], ['b']],
  ['an unclosed fence, to the end', ['a', '```', 'code', '', '# x'], ['a']],
  ['a closing line with words, which closes nothing', ['```', '``` no', 'code', '```', 'b'], ['b']],
  ['a fence three blanks in', ['   ```', 'code', '   ```', 'b'], ['b']],
  ['a fence in a list item', ['1. Step', '', '    ```sh', '    code', '    ```', 'b'], ['1. Step', 'b']],
  ['a fence on the line of a list mark', ['- ```sh', '  code', '  ```', 'b'], ['b']],
  ['an unclosed fence in a list item, to the end of the item', ['- ```sh', '  code', 'b'], ['b']],
  ['a fence in a quote', ['> ```', '> code', '> ```', '> b'], ['> b']],
  ['an unclosed fence in a quote, to the end of the quote', ['> ```', '> code', 'b'], ['b']],
  ['a comment on one line', ['a <!-- hidden --> b'], ['a                 b']],
  ['a comment over lines', ['a', '<!--', '# hidden', '-->', 'b'], ['a', 'b']],
  ['a comment that holds a fence', ['<!--', '```', '-->', 'b'], ['b']],
  ['a fence that holds a comment', ['```', '<!--', '```', 'b', '-->'], ['b', '-->']],
  ['an unclosed comment, to the end', ['a', '<!-- b', 'c'], ['a']],
])('[DP2] hides %s', (_, text, left) => {
  expect(visible(lines(...text))).toEqual(left);
});

test.each<[string, string[]]>([
  ['backticks with backticks behind them, which are inline code', ['```a``` b', 'c']],
  ['two backticks', ['``', 'a', '``']],
  ['a comment mark in inline code', ['write `<!--` here', 'b', 'and `-->` there']],
  ['a comment mark in code of more backticks', ['``a ` <!-- b`` c', '-->']],
  ['an unclosed comment mark within a line', ['a <!-- b', 'c']],
])('[DP2] leaves %s', (_, text) => {
  expect(mask(lines(...text)).text).toBe(lines(...text));
});

test('[DP2] masked text is as long as the original and has its line ends where they were', () => {
  const piece = fc.constantFrom(
    '```',
    '~~~',
    '````',
    '<!--',
    '-->',
    '`',
    '\n',
    '\n',
    '> ',
    '- ',
    '    ',
    'a',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const text = pieces.join('');
      const masked = mask(text).text;
      const shown = masked.replace(/ /g, (_, at: number) => (text[at] === '\n' ? '?' : text.charAt(at)));

      expect(masked.length).toBe(text.length);
      expect(shown).toBe(text);
    }),
    { numRuns: 500 },
  );
});
