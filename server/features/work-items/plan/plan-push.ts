/** Decides what a push does to each item, from what is known and nothing else (PL2). */
import type { PushWarning } from '../../../../shared/work-items.ts';
import type { PlanInput, PlannedItem, PushPlan } from '../planned.ts';
import { runAtOnce, type Steps } from '../steps.ts';
import { planItem } from './plan-item.ts';

/**
 * One action for each item, in the order of the tree (PU18). A blocked item blocks what hangs under it; whoever applies
 * the plan skips those instead of failing them, by looking at ancestors first (PL7). The warnings are those of the
 * tree, of its items and of conflicts; those of the mapping as a whole come from `mapTree`.
 */
export const planPush = (input: PlanInput): PushPlan => runAtOnce(planPushInSteps(input));

/** The same with a step for each item, for `runPaced`. */
export function* planPushInSteps(input: PlanInput): Steps<PushPlan> {
  const items: PlannedItem[] = [];
  const warnings: PushWarning[] = [...input.tree.warnings];
  const planned = new Map<string, PlannedItem>();
  const gone = new Set(input.deletions);
  for (const item of input.tree.items) {
    yield;
    const mapped = input.mapped.get(item.sourceId);
    if (mapped === undefined) throw new Error(`Item ${item.sourceId} was never mapped`);
    const outcome = planItem(input, { item, mapped, planned, gone });
    items.push(outcome.planned);
    warnings.push(...mapped.warnings, ...outcome.warnings);
    planned.set(item.sourceId, outcome.planned);
  }
  return { items, deletions: [...input.deletions], warnings };
}
