/** Looks for a smaller plan that still fails: fewer faults, readers, wears and writers, and less time (ddmin). */
import type { Plan } from './plan.ts';

interface ShrinkOptions {
  readonly fails: (plan: Plan) => Promise<boolean>;
  readonly isOver: () => boolean;
}

/** Answers the smallest plan that was seen to fail. */
export async function shrink(plan: Plan, { fails, isOver }: ShrinkOptions): Promise<Plan> {
  let smallest = plan;
  for (let hasShrunk = true; hasShrunk && !isOver();) {
    hasShrunk = false;
    for (const smaller of shrinkings(smallest)) {
      if (isOver()) break;
      if (!(await fails(smaller))) continue;
      smallest = smaller;
      hasShrunk = true;
      break;
    }
  }
  return smallest;
}

/** The boldest first. */
export function* shrinkings(plan: Plan): Generator<Plan> {
  if (plan.durationMs > 4_000) {
    const durationMs = Math.round(plan.durationMs / 2);
    yield { ...plan, durationMs, faults: plan.faults.filter(({ atMs }) => atMs < durationMs) };
  }
  for (const faults of without(plan.faults)) yield { ...plan, faults };
  for (const readers of without(plan.readers)) if (readers.length > 0) yield { ...plan, readers };
  for (const wears of without(plan.wears)) yield { ...plan, wears };
  if (plan.hasProduct) yield { ...plan, hasProduct: false };
  if (plan.floods > 1) yield { ...plan, floods: plan.floods - 1 };
}

/** Without all, without either half, without each quarter, … at last without each single one. */
export function* without<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let size = items.length; size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < items.length; start += size) yield items.toSpliced(start, size);
  }
}
