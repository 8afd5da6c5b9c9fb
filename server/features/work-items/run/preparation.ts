/** Everything before the first write: validate and plan, for a push and for a plan alike (PL1, PL7). */
import type { PushWarning, SourceTree } from '../../../../shared/work-items.ts';
import { AppError } from '../../../../shared/failure.ts';
import { findMapping } from '../mapping/find-mapping.ts';
import { planPush } from '../plan/plan-push.ts';
import type { MappedItem, PlanInput, PlannedItem, PushPlan } from '../planned.ts';
import type { CallOptions, OpenTarget, TargetItem } from '../tracker.ts';
import { listDeletions } from './deletions.ts';
import { mapInParts, planInParts } from './plan-in-parts.ts';
import { loadPlan } from './plan-store.ts';
import type { PushParts } from './push-parts.ts';
import type { PushRequest } from './push-store.ts';
import { createTargetAccess, type TargetAccess } from './target-access.ts';
import { readWorld, type World } from './world.ts';

export interface Prepared {
  readonly target: OpenTarget;
  readonly access: TargetAccess;
  readonly tree: SourceTree;
  readonly world: World;
  readonly plan: PushPlan;
  readonly warnings: readonly PushWarning[];
  /** Decides anew about one item after it has changed (RC7); null for a plan that is applied as it is (PL5). */
  readonly replan: Replan | null;
}

/** `fresh` is the item as it was just read; undefined when it is gone. */
export type Replan = (planned: PlannedItem, fresh: TargetItem | undefined) => PlannedItem;

export interface PrepareOptions {
  readonly parts: PushParts;
  readonly request: PushRequest;
  readonly calls: CallOptions;
  readonly signal: AbortSignal;
  readonly enter: (phase: 'validate' | 'plan') => void;
  /** False for a plan, which waits for nothing that is not settled yet. */
  readonly waitsForIntents: boolean;
}

export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { parts, request, calls, signal, enter, waitsForIntents } = options;
  const { tree } = request;
  enter('validate');
  const target = await parts.findTarget(request.connectionId);
  const project = await target.tracker.findProject(request.projectName, calls);
  const types = await target.tracker.readTypes(project, calls);
  const mapping = await findMapping(parts.db, {
    configId: request.fieldMappingConfigId,
    templateName: request.processTemplateName,
    project,
  });
  const { mapped, warnings } = await mapInParts({ tree, types, mapping }, signal);

  enter('plan');
  const access = createTargetAccess({ target, project, source: tree, calls });
  const timing = waitsForIntents ? parts.timing : { ...parts.timing, lookUpWaitsMs: [0] };
  const now = parts.clock.now();
  const world = await readWorld({ db: parts.db, access, tree, mapped, timing, now, signal });
  const deletions = await listDeletions(parts.db, access, { tree, overwrite: request.overwrite, signal });
  const input = toPlanInput({ parts, tree, mapped, world, access, deletions });
  const plan = blockUndecided(await planInParts(input, signal), world);
  return {
    target,
    access,
    tree,
    world,
    plan,
    warnings: [...warnings, ...world.warnings, ...plan.warnings],
    replan: createReplan(input),
  };
}

/** PL5: what was planned, on the target as it is now. */
export async function prepareStored(
  { parts, request, calls, signal, enter }: PrepareOptions,
  planId: string,
): Promise<Prepared> {
  enter('validate');
  const stored = await loadPlan(parts.db, planId);
  const target = await parts.findTarget(request.connectionId);
  const project = await target.tracker.findProject(stored.project.id, calls);
  if (target.tracker.organization !== stored.organization) {
    throw new AppError('VALIDATION_FAILED', `Plan ${planId} was made for ${stored.organization}.`);
  }
  enter('plan');
  const { plan } = stored;
  const { tree } = stored.request;
  const access = createTargetAccess({ target, project, source: tree, calls });
  const mapped = new Map(plan.items.map((planned) => [planned.item.sourceId, toMapped(planned)]));
  const now = parts.clock.now();
  const world = await readWorld({
    db: parts.db,
    access,
    tree,
    mapped,
    timing: parts.timing,
    now,
    signal,
  });
  const planned = plan.items.flatMap(({ workItemId }) => workItemId ?? []);
  const missing = planned.filter((id) => !world.existing.has(id));
  for (const [id, item] of await access.tracker.readItems(missing, calls)) world.existing.set(id, item);
  return { target, access, tree, world, plan, warnings: plan.warnings, replan: null };
}

const toMapped = ({ targetType, title, fields }: PlannedItem): MappedItem => ({
  targetType,
  title,
  fields,
  blocked: null,
  warnings: [],
});

interface InputParts {
  readonly parts: PushParts;
  readonly tree: SourceTree;
  readonly mapped: ReadonlyMap<string, MappedItem>;
  readonly world: World;
  readonly access: TargetAccess;
  readonly deletions: readonly number[];
}

function toPlanInput({ parts, tree, mapped, world, access, deletions }: InputParts): PlanInput {
  const { ledger, existing, byMarker } = world;
  return {
    tree,
    mapped,
    ledger,
    existing,
    byMarker,
    project: access.project,
    workItemUrl: (id) => access.tracker.workItemUrl(id),
    onConflict: parts.onConflict,
    deletions,
  };
}

/** What may exist already must not be made: its descendants fall with it when the plan is carried out. */
function blockUndecided(plan: PushPlan, { undecided }: World): PushPlan {
  if (undecided.size === 0) return plan;
  const items = plan.items.map((planned) => {
    const cause = undecided.get(planned.item.sourceId);
    if (cause === undefined) return planned;
    const reason = `An earlier push may have created it, and it could not be looked for: ${cause}`;
    return { ...planned, action: 'blocked' as const, reason };
  });
  return { ...plan, items };
}

function createReplan(input: PlanInput): Replan {
  const byId = new Map(input.tree.items.map((item) => [item.sourceId, item]));
  return (planned, fresh) => {
    const { sourceId } = planned.item;
    const lineage = [planned.item];
    for (let up = planned.item.parentId; up !== null;) {
      const parent = byId.get(up);
      if (parent !== undefined) lineage.unshift(parent);
      up = parent?.parentId ?? null;
    }
    const existing = new Map(input.existing);
    if (planned.workItemId !== null) existing.delete(planned.workItemId);
    if (fresh !== undefined) existing.set(fresh.id, fresh);
    const byMarker = new Map([...input.byMarker, [sourceId, fresh === undefined ? [] : [fresh.id]]]);
    const tree = { ...input.tree, items: lineage, warnings: [] };
    const { items } = planPush({ ...input, tree, existing, byMarker, deletions: [] });
    return items.at(-1) ?? planned;
  };
}
