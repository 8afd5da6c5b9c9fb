/** The best passage of a long text is that of the whole text, wherever it is cut for the search (SR8). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findPassage } from '../../server/features/search/passage.ts';
import { parseQuery } from '../../server/features/search/query.ts';
import { createPacer } from '../../server/platform/pacer.ts';

const { wanted } = parseQuery('"needle ends" here');
const find = async (text: string) => findPassage(text, wanted, createPacer(new AbortController().signal));

test('[SR8] a passage is found at any place of a long text, with an ellipsis on each side that is cut', async () => {
  const count = fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 20_000 }));
  const words = count.map((times) => 'filler '.repeat(times));
  await fc.assert(
    fc.asyncProperty(words, words, async (before, after) => {
      const snippet = await find(`${before}needle ends here ${after}`);

      expect(snippet).toContain('<mark>needle ends</mark> <mark>here</mark>');
      expect(snippet?.startsWith('…')).toBe(before !== '');
      expect(snippet?.endsWith('…')).toBe(after !== '');
    }),
    // Around the first border between two pieces.
    {
      numRuns: 40,
      examples: [
        ['', ''],
        ['filler '.repeat(4_680), ''],
      ],
    },
  );
});

test('[SR8] the piece that holds all of it wins over an earlier one that holds some', async () => {
  const far = 'filler '.repeat(10_000);

  expect(await find(`here ${far} needle ends here ${far}`)).toContain(
    '<mark>needle ends</mark> <mark>here</mark>',
  );
});

test('[SR8] a text without a hit has no passage', async () => {
  expect(await find('filler '.repeat(10_000))).toBeNull();
});
