/** Whether a feature can be worked on, and how much is written about it (FT13). */
import type { PlanStatus, Readiness, TaskBatch } from '../../../../shared/views/plan.ts';
import { isTerminal, toPlanStatus } from './canonical.ts';
import type { PlanDocument } from './plan-document.ts';

export function toReadiness(
  documents: readonly PlanDocument[],
  batches: readonly TaskBatch[],
  status: PlanStatus,
): Readiness {
  const types = new Set(documents.map((document) => document.type));
  if (documents.some(isBlocked)) return 'blocked';
  if (!types.has('prd') || !types.has('implementation_plan')) return 'planning';
  const own = findOwn(documents);
  if (own !== null) return own;
  if (documents.some(({ testImpact }) => testImpact === 'high' || testImpact === 'critical')) return 'review';
  // Without a blocked task, the first batch that is not done has only done ones before it.
  return batches.length > 0 ? 'ready' : status;
}

/** What is finished is held up by nothing, whatever still stands in its list. */
function isBlocked({ hasBlockers, tasks, phase, canonicalStatus }: PlanDocument): boolean {
  if (tasks.some((task) => task.status === 'blocked')) return true;
  return hasBlockers && !isTerminal(phase?.status ?? toPlanStatus(canonicalStatus));
}

/** What plan or PRD say of themselves. */
function findOwn(documents: readonly PlanDocument[]): 'blocked' | 'review' | null {
  const heads = documents.filter(({ type }) => type === 'prd' || type === 'implementation_plan');
  const own = new Set(heads.flatMap(({ readiness, canonicalStatus }) => [readiness, canonicalStatus]));
  if (own.has('blocked')) return 'blocked';
  return own.has('review') ? 'review' : null;
}

const covering = ['prd', 'implementation_plan', 'progress', 'report', 'design_doc', 'spec'];

export function toCoverage(documents: readonly PlanDocument[]): number {
  const types = new Set(documents.map((document) => document.type));
  return Math.round((1000 * covering.filter((type) => types.has(type)).length) / covering.length) / 1000;
}
