/** Tells of features that came, changed or went, as many events as their bound asks for. */
import type { FeatureRef } from '../../../shared/events/plan.ts';
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { StoredOperation } from '../../core/workflow.ts';
import type { PlanFeature } from './plan-model.ts';
import type { FeatureRow } from './plan-rows.ts';
import type { PlanChanges } from './plan-store.ts';

/** The catalogue's bound on one event. */
const eventSize = 500;

export function announce(
  operation: StoredOperation,
  { features, tasks }: PlanChanges,
  findFormer: (id: string) => PlanFeature | undefined,
  counts: { readonly featureCount: number; readonly taskCount: number },
  emit: Emit,
): void {
  const taskCounts = toCounts(tasks);
  const [added, updated] = [features.added.map(toRef), features.updated.map(toRef)];
  const removed = features.removed.map((id) => toFormerRef(id, findFormer(id)));
  const longest = Math.max(added.length, updated.length, removed.length);
  if (longest === 0 && Object.values(taskCounts).every((count) => count === 0)) return;
  for (let from = 0; from === 0 || from < longest; from += eventSize) {
    emit({
      type: 'features:changed',
      projectId: operation.projectId,
      operationId: operation.id,
      topic: topicsOf(operation),
      data: {
        added: added.slice(from, from + eventSize),
        updated: updated.slice(from, from + eventSize),
        removed: removed.slice(from, from + eventSize),
        taskCounts: from === 0 ? taskCounts : { added: 0, updated: 0, removed: 0 },
        ...counts,
      },
    });
  }
}

const toCounts = ({ added, updated, removed }: PlanChanges['tasks']) => ({
  added: added.length,
  updated: updated.length,
  removed: removed.length,
});

const toRef = ({ id, name, status }: FeatureRow): FeatureRef => ({ id, name, status });

/** Of a feature that nobody remembers only the id is left. */
const toFormerRef = (id: string, feature: PlanFeature | undefined): FeatureRef => ({
  id,
  name: feature?.name ?? id,
  status: feature?.status ?? 'backlog',
});
