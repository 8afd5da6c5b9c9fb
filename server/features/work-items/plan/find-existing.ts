/** The work item that an item already is in Azure DevOps, by ledger first and by marker second (PL3, RC7). */
import type { SourceItem } from '../../../../shared/work-items.ts';
import type { LedgerEntry, PlanInput } from '../planned.ts';
import type { TargetItem } from '../tracker.ts';

export type Existing =
  | { readonly kind: 'none'; readonly reason: 'new' | 'deleted_in_target' | 'overwrite' }
  | { readonly kind: 'one'; readonly target: TargetItem; readonly ledger: LedgerEntry | null }
  | { readonly kind: 'blocked'; readonly reason: string };

export function findExisting(
  input: PlanInput,
  { sourceId }: SourceItem,
  gone: ReadonlySet<number>,
): Existing {
  const row = input.ledger.get(sourceId);
  const known = row?.state === 'present' ? row : undefined;
  const ours = known?.workItemId ?? null;
  const own = ours === null || gone.has(ours) ? undefined : input.existing.get(ours);
  const marked = findMarked(input, sourceId, gone);
  const all = own === undefined ? marked : [own, ...marked.filter(({ id }) => id !== own.id)];
  if (all.length > 1) return { kind: 'blocked', reason: toAmbiguity(all) };

  const [target] = all;
  if (target === undefined) return { kind: 'none', reason: toReason(ours, gone) };
  if (target !== own || known === undefined) return { kind: 'one', target, ledger: null };
  if (!isIn(target, input)) {
    return {
      kind: 'blocked',
      reason: `Work item ${target.id} was moved to the project "${target.projectName}"; move it back, or delete it there.`,
    };
  }
  if (target.type.toLowerCase() !== known.workItemType.toLowerCase()) {
    return {
      kind: 'blocked',
      reason: `Work item ${target.id} was changed from ${known.workItemType} to ${target.type}; change it back, or delete it.`,
    };
  }
  return { kind: 'one', target, ledger: known };
}

/** The same tree may be pushed to several projects: a marker elsewhere is of another push. */
const findMarked = (input: PlanInput, sourceId: string, gone: ReadonlySet<number>): readonly TargetItem[] =>
  [...new Set(input.byMarker.get(sourceId) ?? [])]
    .filter((id) => !gone.has(id))
    .flatMap((id) => input.existing.get(id) ?? [])
    .filter((target) => isIn(target, input));

const isIn = ({ projectName }: TargetItem, { project }: PlanInput): boolean =>
  projectName.toLowerCase() === project.name.toLowerCase();

const toReason = (ours: number | null, gone: ReadonlySet<number>) => {
  if (ours === null) return 'new';
  return gone.has(ours) ? 'overwrite' : 'deleted_in_target';
};

const toAmbiguity = (targets: readonly TargetItem[]): string => {
  const ids = targets.map(({ id }) => String(id)).sort((one, other) => Number(one) - Number(other));
  return `Work items ${ids.slice(0, -1).join(', ')} and ${ids.at(-1) ?? ''} carry the marker of this item; delete the ones that are not it.`;
};
