/** Examines a tree by every rule, one at a time, so that whoever drives it can rest in between. */
import type { HealthSettings, RuleResult } from '../../../shared/views/health-check.ts';
import type { HealthTree } from './health-tree.ts';
import type { Fault, Rule } from './rule.ts';
import { rules } from './rules.ts';
import { toSuppression } from './suppression.ts';

export interface RuleReport {
  readonly rule: Rule;
  readonly result: RuleResult;
  /** None for a suppressed rule. */
  readonly faults: readonly Fault[];
}

export function* checkTree(
  tree: HealthTree,
  settings: HealthSettings,
  nowMs: number,
): Generator<RuleReport, void> {
  for (const rule of rules) {
    const { checked, affected, faults } = rule.examine(tree, { nowMs, staleDays: settings.stale_days });
    const suppressed = toSuppression(rule.id, { checked, affected }, settings);
    const rate = checked === 0 ? 0 : affected / checked;
    yield {
      rule,
      result: { rule_id: rule.id, severity: rule.severity, checked, affected, rate, suppressed },
      faults: suppressed === null ? faults : [],
    };
  }
}
