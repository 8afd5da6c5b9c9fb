/** What the canonical status of a document means for phases and features (DP16, FT10). */
import type { PlanStatus } from '../../../../shared/views/plan.ts';

/** FT10: what is unknown or not said has not begun. */
export function toPlanStatus(canonical: string | null): PlanStatus {
  return statusOf.get(canonical ?? '') ?? 'backlog';
}

const statusOf: ReadonlyMap<string, PlanStatus> = new Map<string, PlanStatus>([
  ['pending', 'backlog'],
  ['in_progress', 'in-progress'],
  ['blocked', 'in-progress'],
  ['review', 'review'],
  ['completed', 'done'],
  ['inferred_complete', 'done'],
  ['deferred', 'deferred'],
  ['archived', 'deferred'],
]);

/** DP16: a superseded plan proves nothing. */
export const isCompletionEquivalent = (canonical: string | null): boolean =>
  canonical === 'completed' || canonical === 'inferred_complete' || canonical === 'deferred';

export const isTerminal = (status: PlanStatus): boolean => status === 'done' || status === 'deferred';

const rankOf: Readonly<Record<PlanStatus, number>> = {
  backlog: 0,
  'in-progress': 1,
  review: 2,
  done: 3,
  deferred: 3,
};

/** FT11: the furthest of all, deferred on a tie. */
export function toFurthest(statuses: readonly PlanStatus[]): PlanStatus {
  let furthest: PlanStatus = 'backlog';
  for (const status of statuses) {
    const isFurther = rankOf[status] > rankOf[furthest];
    if (isFurther || (status === 'deferred' && furthest === 'done')) furthest = status;
  }
  return furthest;
}
