import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  findingsPerStep,
  readHealthFilters,
  toHealthQuery,
  writeHealthFilters,
} from '../../client/dashboard/address/health-filters.ts';
import { foldHealthCheck, foldStatistics } from '../../client/dashboard/folds/reading.ts';
import { toFixText, toRatePercent, toRuleName, toScoreTone } from '../../client/dashboard/format/health.ts';
import { HealthRule, HealthSeverity } from '../../shared/views/health-check.ts';
import { documentsChanged, event, project } from './build.ts';

test.each([
  [100, 'good'],
  [80, 'good'],
  [79, 'warn'],
  [50, 'warn'],
  [49, 'bad'],
  [0, 'bad'],
])('a score of %i looks %s', (score, tone) => {
  expect(toScoreTone(score)).toBe(tone);
});

test.each([
  [0, '0 %'],
  [0.0001, '< 1 %'],
  [0.5, '50 %'],
  [0.999, '99 %'],
  [1, '100 %'],
])('a rate of %d reads %s', (rate, text) => {
  expect(toRatePercent(rate)).toBe(text);
});

test.each<[HealthRule, string]>([
  ['MISSING_PRD', 'Missing PRD'],
  ['DUPLICATE_DOC_ID', 'Duplicate doc ID'],
  ['STORY_NO_EPIC', 'Story no epic'],
])('%s is called %s', (rule, name) => {
  expect(toRuleName(rule)).toBe(name);
});

test('a fix to paste names the fault, the way out and the files', () => {
  const file = (path: string) => ({ doc_id: 'x', doc_type: 'other', title: 'X', file_path: path });

  const text = toFixText({
    rule_id: 'DUPLICATE_DOC_ID',
    severity: 'critical',
    category: 'integrity',
    message: '2 files are called x',
    affected_documents: [file('a/x.md'), file('b/x.md')],
    suggested_fix: 'Keep one of them.',
  });

  expect(text).toBe('- 2 files are called x. Keep one of them.\n  a/x.md\n  b/x.md');
});

test('[PG2] filters of the health check survive the address', () =>
  fc.assert(
    fc.property(
      fc.record({
        severity: fc.constantFrom('' as const, ...HealthSeverity.options),
        rule: fc.constantFrom('' as const, ...HealthRule.options),
        show: fc.integer({ min: 1, max: 100_000 }),
      }),
      (filters) => {
        expect(readHealthFilters(writeHealthFilters(filters))).toEqual(filters);
      },
    ),
  ));

test.each(['severity=huge&rule=nothing&show=-1', 'show=1e9', 'show=', 'show=x'])(
  '[PG2] an address that does not fit (%s) reads as no filter',
  (address) => {
    const filters = readHealthFilters(new URLSearchParams(address));

    expect(filters).toEqual({ severity: '', rule: '', show: findingsPerStep });
  },
);

test('all that pass are asked for only to copy them', () => {
  const filters = readHealthFilters(new URLSearchParams('rule=MISSING_PRD'));

  expect(toHealthQuery(filters)).toEqual({ rule: 'MISSING_PRD', limit: '50' });
  expect(toHealthQuery(filters, { isWhole: true })).toEqual({ rule: 'MISSING_PRD' });
});

test.each([
  ['documents change', documentsChanged({}), true, true],
  ['documents of another project change', documentsChanged({}, { slug: 'other' }), false, true],
  ['a setting changes', event('project:changed', { project: project('atlas') }), true, true],
  ['a watcher is ready', event('watch:ready', { folders: 1, entries: 1 } as never), false, false],
])('[PG1] when %s, the check is read again: %j; all figures: %j', (_case, change, check, all) => {
  expect(foldHealthCheck<number>('atlas')(1, change)).toBe(check ? 'reload' : 1);
  expect(foldStatistics<number>()(1, change)).toBe(all ? 'reload' : 1);
});
