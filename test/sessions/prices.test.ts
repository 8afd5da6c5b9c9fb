/** What tokens cost: by model, date and length of the prompt, and never by a guess (SE11). */
import { expect, test } from 'vitest';
import {
  createPriceTable,
  readPriceTable,
  toPlainName,
  toPromptBand,
} from '../../server/features/sessions/prices.ts';

const tokens = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
const price = { input: 1, output: 2, cacheRead: 3, cacheWrite5m: 4, cacheWrite1h: 5 };
const list = { currency: 'USD' as const, per: 1_000_000 as const, checked: '2026-11-21' };

test('[SE11] every kind of token has its own price', () => {
  const table = createPriceTable({ ...list, prices: [{ ...price, models: ['m'], from: '2026-01-01' }] });
  const use = { input: 1, output: 10, cacheRead: 100, cacheWrite5m: 1000, cacheWrite1h: 10_000, band: 0 };

  expect(table.costOf({ ...use, model: 'm', at: '2026-02-02' })).toBeCloseTo(
    (1 + 20 + 300 + 4000 + 50_000) / 1e6,
  );
});

test.each([
  ['before the first', '2025-12-31', null],
  ['under the first', '2026-05-31', 3],
  ['under the second', '2026-06-01', 30],
  ['at no known time', null, 30],
])('[SE11] a message %s is priced by its date', (_when, at, cost) => {
  const table = createPriceTable({
    ...list,
    prices: [
      { ...price, models: ['m'], from: '2026-01-01' },
      { ...price, models: ['m'], from: '2026-06-01', input: 10, output: 20 },
    ],
  });

  expect(table.costOf({ ...tokens, model: 'm', at, band: 0 })).toBe(cost);
});

test.each([
  ['claude-opus-4-9', null],
  ['claude-opus-5-6', null],
  ['gpt-9', null],
  [null, null],
  ['claude-opus-4-20250514', 90],
  ['claude-opus-4-6[1m]', 30],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 18],
  ['gpt-5-codex', 11.25],
])('[SE11] %s costs what the table says, or nothing that is known', (model, cost) => {
  expect(readPriceTable().costOf({ ...tokens, model, at: '2026-10-20', band: 0 })).toBe(cost);
});

test('[SE11] a request with a long prompt costs what long prompts cost', () => {
  const long = { ...tokens, input: 250_000, cacheRead: 50_000 };
  const band = toPromptBand(long);

  expect(band).toBe(3);
  expect(toPromptBand({ ...long, cacheRead: 0, input: 100_000, output: 0 })).toBe(0);
  expect(readPriceTable().costOf({ ...long, model: 'gpt-6-sol', at: '2026-10-20', band })).toBeCloseTo(
    0.25 * 4 + 0.05 * 0.4 + 15,
  );
});

test.each(['claude-fable-5-1', 'claude-haiku-5-5', 'gpt-5.6-luna', 'codex-mini-latest', 'o3-2025-04-16'])(
  'the shipped table knows %s',
  (model) => {
    expect(readPriceTable().knows(model, '2026-11-01')).toBe(true);
  },
);

test('a place of service or a build does not change a name', () => {
  expect(toPlainName('anthropic/claude-opus-4-6@20260101')).toBe('claude-opus-4-6');
});
