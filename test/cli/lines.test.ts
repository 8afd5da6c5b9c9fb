/** What commands print: a bar, a table, and what is wrong with the words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../server/cli/command.ts';
import { readWords, requireWord } from '../../server/cli/options.ts';
import { toProgressLine } from '../../server/cli/progress-line.ts';
import { toTable } from '../../server/cli/table.ts';

const figures = { phase: 'documents', processed: 300, total: 1200, ratePerSecond: 812.4, etaMs: 1108 };

test.each([
  ['all figures', {}, 'documents               [######..................]  300/1200  812/s  2 s left'],
  ['no total', { total: null, etaMs: null }, 'documents               300  812/s'],
  ['nothing done yet', { processed: null, total: null, ratePerSecond: null, etaMs: null }, 'documents'],
  [
    'all done',
    { processed: 1200, ratePerSecond: null, etaMs: 0 },
    'documents               [########################]  1200/1200',
  ],
])('with %s the line says as much', (_, given, line) => {
  expect(toProgressLine({ ...figures, ...given }, 200).trimEnd()).toBe(line);
});

test('a line of progress never wraps, whatever the figures', () => {
  const count = fc.option(fc.nat());
  const anything = fc.record({
    phase: fc.string(),
    processed: count,
    total: count,
    ratePerSecond: count,
    etaMs: count,
  });
  fc.assert(
    fc.property(anything, fc.integer({ min: 11, max: 300 }), (given, columns) => {
      expect(toProgressLine(given, columns).length).toBeLessThan(columns);
    }),
  );
});

test('columns are as wide as their widest cell, and the last is cut at the edge', () => {
  const rows = [
    { id: 'OP-1', state: 'completed', message: 'a long sentence' },
    { id: 'OP-22', state: 'failed', message: '' },
  ];

  expect(toTable(rows, 26)).toEqual([
    'id     state      message',
    'OP-1   completed  a long s',
    'OP-22  failed',
  ]);
  expect(toTable([], 80)).toEqual([]);
});

test.each([
  [['--forse'], /--forse/],
  [['--project'], /--project/],
])('the words %j are refused, and the one is named', (words, message) => {
  expect(() => readWords(words, { project: { type: 'string' }, force: { type: 'boolean' } })).toThrow(
    message,
  );
  expect(() => readWords(words, { project: { type: 'string' } })).toThrow(UsageError);
});

test('a word that is missing is named', () => {
  expect(() => requireWord(['show'], 1, 'the id of an operation')).toThrow('Missing: the id of an operation');
});
