/** Dates as people write them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDate } from '../../server/features/indexing/date-text.ts';

test.each([
  ['2026-02-03', '2026-02-03T00:00:00.000Z', 'day'],
  ['2026/02/03', '2026-02-03T00:00:00.000Z', 'day'],
  ['02/03/2026', '2026-02-03T00:00:00.000Z', 'day'],
  [' "2026-02-03" ', '2026-02-03T00:00:00.000Z', 'day'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z', 'day'],
  ['2026-02-03T10:20:30Z', '2026-02-03T10:20:30.000Z', 'instant'],
  ['2026-02-03T10:20:30', '2026-02-03T10:20:30.000Z', 'instant'],
  ['2026-02-03T10:20', '2026-02-03T10:20:00.000Z', 'instant'],
  ['2026-02-03T10:20:30.5+02:00', '2026-02-03T08:20:30.500Z', 'instant'],
  ['2026-02-03T10:20:30.123456-0530', '2026-02-03T15:50:30.123Z', 'instant'],
  ['2026-02-03 10:20', '2026-02-03T10:20:00.000Z', 'instant'],
  ['2026-02-03 10:20:30', '2026-02-03T10:20:30.000Z', 'instant'],
  ['2026-02-03 10:20:30+00:00', '2026-02-03T10:20:30.000Z', 'instant'],
  ['2026-02-03 10:20:30 UTC', '2026-02-03T10:20:30.000Z', 'instant'],
])('[GD7] %s is %s, a %s', (text, value, precision) => {
  expect(toDate(text)).toEqual({ valueMs: Date.parse(value), precision });
});

test.each([
  '2026-02-30',
  '2026-13-01',
  '2027-02-29',
  '2026-00-10',
  '13/13/2026',
  '2026-02-03T24:00',
  '2026-02-03T10:60',
  '2026-02-03T10:20+15:00',
  'YYYY-MM-DD',
  'yesterday',
  '2026',
  '2026-02-03 (planned)',
  '0026-02-03',
  '',
])('[GD7] %j is no date', (text) => {
  expect(toDate(text)).toBe('bad');
});

test('[GD7] every instant survives being written down', () => {
  const instant = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(instant, (date) => {
      expect(toDate(date.toISOString())).toEqual({ valueMs: date.getTime(), precision: 'instant' });
    }),
  );
});
