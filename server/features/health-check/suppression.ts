/** Which rules are silent for a tree, and why (HC4). */
import type { HealthRule, HealthSettings, Suppression } from '../../../shared/views/health-check.ts';
import type { HealthChoices } from '../../db/tables/projects.ts';
import type { Examination } from './rule.ts';

/** Fields that a tree may simply not have. */
const optionalFields: ReadonlySet<HealthRule> = new Set([
  'MISSING_OWNER',
  'MISSING_PRIORITY',
  'MISSING_STORY_POINTS',
]);

const fewestToJudge = 20;
const rarelyHeld = 0.1;

export function toSuppression(
  rule: HealthRule,
  { checked, affected }: Pick<Examination, 'checked' | 'affected'>,
  { suppress }: HealthSettings,
): Suppression | null {
  if (suppress.includes(rule)) return 'project';
  const isUnused =
    optionalFields.has(rule) && checked >= fewestToJudge && checked - affected < rarelyHeld * checked;
  return isUnused ? 'unused' : null;
}

/** What the project says wins over what the tree says, each choice by itself. */
export function toHealthSettings(project: HealthChoices, tree: HealthChoices | undefined): HealthSettings {
  return {
    suppress: [...(project.suppress ?? tree?.suppress ?? [])],
    stale_days: project.stale_days ?? tree?.stale_days ?? 30,
  };
}
