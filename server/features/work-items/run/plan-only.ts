/** Plans a push without pushing: for the plan route and dry runs, and to check a plan before it is applied (PL1, PL5, PL6). */
import type { PushWarning } from '../../../../shared/work-items.ts';
import { AppError } from '../../../../shared/failure.ts';
import type { PlannedItem, PushPlan } from '../planned.ts';
import { toUpdatePatch } from '../plan/patch.ts';
import { TrackerFailure, type CallOptions, type TargetItem, type TargetProject } from '../tracker.ts';
import { loadLedger } from './ledger-store.ts';
import { LookUp } from './look-up.ts';
import type { StoredPlan } from './plan-store.ts';
import { prepare, type Prepared } from './preparation.ts';
import { reasonOf } from './push-failure.ts';
import type { PushParts } from './push-parts.ts';
import type { PushRequest } from './push-store.ts';
import { createTargetAccess, type TargetAccess } from './target-access.ts';
import { interactiveBudgetMs } from '../../../platform/upstream/upstream.ts';

export interface PlanOptions {
  /** The service's own rules are asked too (PL6). */
  readonly validateOnly: boolean;
  readonly signal: AbortSignal;
}

export interface PlannedPush {
  readonly plan: PushPlan;
  /** Those of the mapping and of the plan. */
  readonly warnings: readonly PushWarning[];
  /** In lower case. */
  readonly organization: string;
  readonly project: TargetProject;
  /** What will be deleted, to be named. */
  readonly deletions: readonly TargetItem[];
}

/** Writes nothing outside, and nothing of ours either (PL2). Throws `TrackerFailure` and what the ports throw. */
export async function planOnly(
  parts: PushParts,
  request: PushRequest,
  { validateOnly, signal }: PlanOptions,
): Promise<PlannedPush> {
  const calls: CallOptions = { signal, retryBudgetMs: interactiveBudgetMs };
  const enter = () => signal.throwIfAborted();
  const prepared = await prepare({ parts, request, calls, signal, enter, waitsForIntents: false });
  const { access, warnings } = prepared;
  const plan = validateOnly ? await probePlan(prepared) : prepared.plan;
  const deletions = await access.tracker.readItems(plan.deletions, calls);
  return {
    plan,
    warnings,
    organization: access.tracker.organization,
    project: access.project,
    deletions: plan.deletions.flatMap((id) => deletions.get(id) ?? []),
  };
}

/** PL6: what the service's rules refuse is blocked, with the field and its message. */
async function probePlan(prepared: Prepared): Promise<PushPlan> {
  const items: PlannedItem[] = [];
  for (const planned of prepared.plan.items) {
    const reason = await findRefusal(prepared, planned);
    items.push(reason === null ? planned : { ...planned, action: 'blocked', reason });
  }
  return { ...prepared.plan, items };
}

async function findRefusal({ access, plan, world }: Prepared, planned: PlannedItem): Promise<string | null> {
  const change = toProbe({ access, plan, world }, planned);
  if (change === null) return null;
  try {
    await access.tracker.probe(access.project, change, access.calls);
    return null;
  } catch (failure) {
    if (failure instanceof TrackerFailure && failure.kind === 'rejected') return reasonOf(failure);
    throw failure;
  }
}

/** Links to what does not exist yet are left out. */
function toProbe({ access, plan, world }: Pick<Prepared, 'access' | 'plan' | 'world'>, planned: PlannedItem) {
  const gone = new Set(plan.deletions);
  const parentRow = planned.item.parentId === null ? undefined : world.ledger.get(planned.item.parentId);
  const known = parentRow?.state === 'present' ? parentRow.workItemId : null;
  const parentId = known !== null && world.existing.has(known) && !gone.has(known) ? known : null;
  if (planned.action === 'create') return { item: access.toNewItem(planned, parentId) };
  const existing = world.existing.get(planned.workItemId ?? 0);
  if (planned.action !== 'update' || existing === undefined) return null;
  const parentUrl = parentId === null ? null : access.tracker.workItemUrl(parentId);
  const movesParent = planned.movesParent && parentId !== null;
  return { id: existing.id, patch: toUpdatePatch({ ...planned, movesParent }, existing, parentUrl) };
}

/** One item that is not as the plan saw it (PL5: details of `PLAN_STALE`). */
export interface Drift {
  readonly ardoqId: string;
  readonly azureDevOpsId: number | null;
  /** Revision, or null for what did not exist. */
  readonly planned: number | null;
  readonly actual: number | null;
}

/** Refuses with 409 `PLAN_STALE` when revision, existence or ledger row of a planned item differ; writes nothing. */
export async function refuseStalePlan(
  parts: PushParts,
  { plan, request, project, organization }: StoredPlan,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  const calls: CallOptions = { signal, retryBudgetMs: interactiveBudgetMs };
  const target = await parts.findTarget(request.connectionId);
  if (target.tracker.organization !== organization) {
    throw new AppError('VALIDATION_FAILED', `The plan was made for the organisation ${organization}.`);
  }
  const access = createTargetAccess({ target, project, source: request.tree, calls });
  const drifts = await findDrifts(parts, plan, access);
  if (drifts.length === 0) return;
  throw new AppError(
    'PLAN_STALE',
    `${drifts.length} items have changed since the plan was made; plan the push again.`,
    { details: drifts },
  );
}

async function findDrifts(
  { db }: PushParts,
  plan: PushPlan,
  access: TargetAccess,
): Promise<readonly Drift[]> {
  const planned = plan.items.filter(({ action }) => action !== 'blocked');
  const ledger = await loadLedger(
    db,
    access.key,
    planned.map(({ item }) => item.sourceId),
  );
  const known = planned.flatMap(({ item, workItemId }) => {
    const row = ledger.get(item.sourceId);
    return [workItemId, row?.state === 'present' ? row.workItemId : null].flatMap((id) => id ?? []);
  });
  const existing = await access.tracker.readItems([...new Set(known)], access.calls);
  const fresh = planned.filter(({ workItemId }) => workItemId === null);
  const sought = fresh.map(({ item, targetType, title }) => ({
    sourceId: item.sourceId,
    type: targetType,
    title,
    since: null,
  }));
  const marked = await new LookUp(access).findByHyperlink(sought);
  const gone = new Set(plan.deletions);
  return planned.flatMap(({ item, workItemId, rev }): Drift[] => {
    const { sourceId } = item;
    const row = ledger.get(sourceId);
    const rowId = row?.state === 'present' ? row.workItemId : null;
    const rowItem = rowId === null || gone.has(rowId) ? undefined : existing.get(rowId);
    const markedItem = marked.get(sourceId)?.find(({ id }) => !gone.has(id));
    const actual = workItemId === null ? (rowItem ?? markedItem) : existing.get(workItemId);
    const isSame = actual?.id === (workItemId ?? undefined) && (actual?.rev ?? null) === rev;
    if (isSame) return [];
    return [
      {
        ardoqId: sourceId,
        azureDevOpsId: actual?.id ?? workItemId,
        planned: rev,
        actual: actual?.rev ?? null,
      },
    ];
  });
}
