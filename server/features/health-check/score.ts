/** One figure for the health of a tree (HC3). */
import type { HealthSeverity } from '../../../shared/views/health-check.ts';

export interface RuleRate {
  readonly severity: HealthSeverity;
  readonly checked: number;
  readonly affected: number;
}

const weightOf: Readonly<Record<HealthSeverity, bigint>> = { critical: 15n, high: 5n, medium: 2n, low: 1n };

/**
 * 0 to 100, by rates and not by findings: a large tree is no worse than a small one. Reckoned in whole fractions,
 * since a floating-point sum would show 79 where 80 is due.
 */
export function toScore(rates: readonly RuleRate[]): number {
  const counting = rates.filter(({ checked }) => checked > 0);
  let weight = 0n;
  let [lost, of] = [0n, 1n];
  for (const { severity, checked, affected } of counting) {
    weight += weightOf[severity];
    lost = lost * BigInt(checked) + weightOf[severity] * BigInt(affected) * of;
    of *= BigInt(checked);
  }
  return weight === 0n ? 100 : Number((100n * (weight * of - lost)) / (weight * of));
}
