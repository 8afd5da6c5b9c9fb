/** What a push does to one item: make it, change it, leave it, or say why it cannot (PL3, PL4). */
import type { PushWarning, SourceItem } from '../../../../shared/work-items.ts';
import type { FieldChange, LedgerEntry, MappedItem, PlanInput, PlannedItem } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';
import { compareFields } from './compare-fields.ts';
import { compareParent, type ParentChange } from './compare-parent.ts';
import { hashContent, hashField } from './field-value.ts';
import { findExisting } from './find-existing.ts';

export interface ItemToPlan {
  readonly item: SourceItem;
  readonly mapped: MappedItem;
  /** What was decided so far: parents come before their children. */
  readonly planned: ReadonlyMap<string, PlannedItem>;
  /** Ids that the overwrite takes away first. */
  readonly gone: ReadonlySet<number>;
}

export interface ItemOutcome {
  readonly planned: PlannedItem;
  readonly warnings: readonly PushWarning[];
}

export function planItem(input: PlanInput, wanted: ItemToPlan): ItemOutcome {
  const { item, mapped, planned, gone } = wanted;
  const found = findExisting(input, item, gone);
  const target = found.kind === 'one' ? found.target : null;
  const plan = toPlan(wanted, target, input);
  const reason = item.blocked ?? mapped.blocked ?? findBlockedParent(item, planned, input);
  if (reason !== undefined) return blocked(plan, reason);
  if (found.kind === 'blocked') return blocked(plan, found.reason);
  if (found.kind === 'none')
    return { planned: { ...plan, action: 'create', reason: found.reason }, warnings: [] };
  return planExisting(input, wanted, plan, found);
}

interface Found {
  readonly target: TargetItem;
  /** Null for an item that was found by its marker: nothing is known of what was pushed last. */
  readonly ledger: LedgerEntry | null;
}

function planExisting(input: PlanInput, wanted: ItemToPlan, plan: PlannedItem, found: Found): ItemOutcome {
  const { item, mapped } = wanted;
  const fields = compareFields(item, mapped, { ...found, fieldHashes: plan.fieldHashes }, input.onConflict);
  const parent = compareParent(input, item, found, wanted.planned);
  const warnings = [...warnOfType(item, mapped, found.target), ...fields.warnings];
  if (fields.blocked !== null) return { ...blocked(plan, fields.blocked), warnings };

  const changes = [...fields.changes, ...toParentChange(parent)];
  if (changes.length === 0) {
    const reason = found.ledger === null ? 'adopted_by_marker' : 'unchanged';
    return { planned: { ...plan, action: 'unchanged', reason }, warnings };
  }
  const reason = found.ledger === null ? 'adopted_by_marker' : toReason(fields.changes, parent);
  return { planned: { ...plan, action: 'update', reason, changes, movesParent: parent !== null }, warnings };
}

const toParentChange = (parent: ParentChange | null): readonly FieldChange[] =>
  parent === null ? [] : [{ field: 'parent', from: parent.from, to: parent.to }];

function toReason(changes: readonly FieldChange[], parent: ParentChange | null): string {
  if (changes.length === 0) return 'parent_changed';
  return parent === null ? 'fields_changed' : 'fields_and_parent_changed';
}

/** FM1: an existing work item never changes its type. */
const warnOfType = (
  item: SourceItem,
  { targetType }: MappedItem,
  { id, type }: TargetItem,
): readonly PushWarning[] =>
  targetType === null || targetType.toLowerCase() === type.toLowerCase()
    ? []
    : [
        {
          code: 'type_differs',
          message: `"${item.name}" would be a ${targetType} by now, but work item ${id} is a ${type} and stays one.`,
          ardoqId: item.sourceId,
        },
      ];

function toPlan(
  { item, mapped }: ItemToPlan,
  target: TargetItem | null,
  { workItemUrl }: PlanInput,
): PlannedItem {
  const fields = Object.fromEntries(
    Object.entries(mapped.fields).filter(([, value]) => value !== null && value !== undefined),
  );
  const fieldHashes = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, hashField(name, value)]),
  );
  return {
    item,
    action: 'unchanged',
    reason: '',
    workItemId: target?.id ?? null,
    rev: target?.rev ?? null,
    url: target === null ? null : target.htmlUrl || workItemUrl(target.id),
    changedBy: target?.changedBy ?? null,
    targetType: target?.type ?? mapped.targetType ?? '',
    title: mapped.title,
    fields,
    changes: [],
    movesParent: false,
    contentHash: hashContent(fieldHashes, item.parentId),
    fieldHashes,
    ...(mapped.sources === undefined ? {} : { sources: mapped.sources }),
  };
}

const blocked = (plan: PlannedItem, reason: string): ItemOutcome => ({
  planned: { ...plan, action: 'blocked', reason },
  warnings: [],
});

/** A parent that is not part of this push must be known from an earlier one. */
function findBlockedParent(
  { parentId }: SourceItem,
  planned: ReadonlyMap<string, PlannedItem>,
  { ledger, existing }: PlanInput,
): string | undefined {
  if (parentId === null) return undefined;
  const parent = planned.get(parentId);
  if (parent !== undefined) {
    return parent.action === 'blocked'
      ? `Its parent "${parent.item.name}" is blocked: ${parent.reason}`
      : undefined;
  }
  const known = ledger.get(parentId);
  if (known?.state === 'present' && known.workItemId !== null && existing.has(known.workItemId))
    return undefined;
  return `Its parent ${parentId} is neither part of this push nor in Azure DevOps.`;
}
