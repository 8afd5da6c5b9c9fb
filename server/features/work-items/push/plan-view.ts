/** A plan as people and clients read it (PL1). */
import { toTimestamp } from '../../../../shared/ids.ts';
import type { PlanCounts, PlanItem, PlanView } from '../../../../shared/views/push.ts';
import { groupOf, itemTypeOf, type ItemType, type NodeType } from '../../../../shared/work-items.ts';
import type { PlannedItem, PushPlan } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';

const nodeTypeOf: Readonly<Record<ItemType, NodeType>> = {
  epic: 'Epic',
  feature: 'Feature',
  user_story: 'User Story',
};

/** A plan with the names of what it deletes, as they were when it was made. */
export interface ViewedPlan extends PushPlan {
  readonly deletionItems: readonly PlannedDeletion[];
}

interface PlannedDeletion {
  readonly id: number;
  readonly type: string;
  readonly title: string;
}

export const toDeletion = ({ id, type, fields }: TargetItem): PlannedDeletion => {
  const title = fields['System.Title'];
  return { id, type, title: typeof title === 'string' ? title : '' };
};

interface Viewed {
  readonly planId: string;
  readonly expiresAt: Date;
  readonly target: PlanView['target'];
  readonly plan: ViewedPlan;
}

export function toPlanView({ planId, expiresAt, target, plan }: Viewed): PlanView {
  const items = [...plan.deletionItems.map(toDeletedItem), ...plan.items.map(toPlanItem)];
  return {
    planId,
    expiresAt: toTimestamp(expiresAt),
    target,
    summary: toPlanSummary(items),
    items,
    warnings: [...plan.warnings],
  };
}

/** What is deleted need not have a source any more. */
const toDeletedItem = ({ id, type, title }: PlannedDeletion): PlanItem => ({
  ardoqId: '',
  name: title,
  type,
  action: 'delete',
  azureDevOpsId: id,
  reason: 'overwrite',
  changes: [],
});

function toPlanItem({ item, action, reason, workItemId, changes }: PlannedItem): PlanItem {
  return {
    ardoqId: item.sourceId,
    name: item.name,
    type: nodeTypeOf[item.type],
    ...(item.parentId === null ? {} : { parentArdoqId: item.parentId }),
    action,
    ...(workItemId === null ? {} : { azureDevOpsId: workItemId }),
    reason,
    changes: changes.map(({ field, from, to }) => ({ field, from, to })),
  };
}

const none: PlanCounts = { total: 0, create: 0, update: 0, unchanged: 0, delete: 0, blocked: 0 };

/** Deletions belong to no group: they may be of any type. */
function toPlanSummary(items: readonly PlanItem[]): PlanView['summary'] {
  const summary = { ...none, epics: { ...none }, features: { ...none }, userStories: { ...none } };
  for (const { type, action } of items) {
    const level = action === 'delete' ? undefined : itemTypeOf[type as NodeType];
    for (const group of level === undefined ? [summary] : [summary, summary[groupOf[level]]]) {
      group.total += 1;
      group[action] += 1;
    }
  }
  return summary;
}
