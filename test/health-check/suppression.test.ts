import { expect, test } from 'vitest';
import { toHealthSettings, toSuppression } from '../../server/features/health-check/suppression.ts';
import type { HealthRule } from '../../shared/views/health-check.ts';

test.each<[rule: HealthRule, checked: number, affected: number, expected: string | null]>([
  ['MISSING_OWNER', 20, 20, 'unused'],
  ['MISSING_OWNER', 19, 19, null],
  ['MISSING_OWNER', 20, 19, 'unused'],
  ['MISSING_OWNER', 20, 18, null],
  ['MISSING_PRIORITY', 1000, 901, 'unused'],
  ['MISSING_PRIORITY', 1000, 900, null],
  ['MISSING_STORY_POINTS', 1000, 1000, 'unused'],
  ['MISSING_STATUS', 1000, 1000, null],
  ['STALE_DOCUMENT', 1000, 1000, 'project'],
])('[HC4] %s with %i checked and %i without: %s', (rule, checked, affected, expected) => {
  const settings = { suppress: ['STALE_DOCUMENT' as const], stale_days: 30 };

  expect(toSuppression(rule, { checked, affected }, settings)).toBe(expected);
});

test('[HC4] the choice of a project names the reason, also where the field is unused', () => {
  const settings = { suppress: ['MISSING_OWNER' as const], stale_days: 30 };

  expect(toSuppression('MISSING_OWNER', { checked: 50, affected: 50 }, settings)).toBe('project');
});

test.each([
  [{}, undefined, { suppress: [], stale_days: 30 }],
  [{}, { suppress: ['MISSING_PRD'], stale_days: 7 }, { suppress: ['MISSING_PRD'], stale_days: 7 }],
  [
    { stale_days: 90 },
    { suppress: ['MISSING_PRD'], stale_days: 7 },
    { suppress: ['MISSING_PRD'], stale_days: 90 },
  ],
  [{ suppress: [] }, { suppress: ['MISSING_PRD'] }, { suppress: [], stale_days: 30 }],
] as const)('[HC4] %j over %j of the tree is %j', (project, tree, expected) => {
  expect(toHealthSettings(project, tree)).toEqual(expected);
});
