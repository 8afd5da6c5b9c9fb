/** Plans that wait to be applied: the only writer of `push_plans` (PL1, PL5). */
import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { AppError } from '../../../../shared/failure.ts';
import { toStorableJson } from '../../../core/storable-json.ts';
import type { Queryable, Transaction } from '../../../db/open.ts';
import { pushPlans } from '../../../db/tables/work-items.ts';
import type { PushPlan } from '../planned.ts';
import type { TargetProject } from '../tracker.ts';
import type { PushRequest } from './push-store.ts';

export interface StoredPlan {
  readonly id: string;
  readonly request: PushRequest;
  readonly plan: PushPlan;
  /** In lower case. */
  readonly organization: string;
  readonly project: TargetProject;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly appliedAt: Date | null;
}

export async function savePlan(
  queryable: Queryable,
  { id, request, plan, organization, project, createdAt, expiresAt }: Omit<StoredPlan, 'appliedAt'>,
): Promise<void> {
  await queryable.insert(pushPlans).values({
    id,
    connectionId: request.connectionId,
    organization,
    projectName: project.name,
    targetProjectId: project.id,
    request: sql`${toStorableJson({ ...request, project })}::jsonb`,
    plan: sql`${toStorableJson(plan)}::jsonb`,
    createdAt,
    expiresAt,
  });
}

/** 404 `PLAN_NOT_FOUND`; one that has expired or was applied is still shown. */
export async function loadPlan(queryable: Queryable, id: string): Promise<StoredPlan> {
  const [row] = await queryable.select().from(pushPlans).where(eq(pushPlans.id, id));
  if (row === undefined) throw new AppError('PLAN_NOT_FOUND', `Plan ${id} is unknown; plan the push again.`);
  const { project, ...request } = row.request as PushRequest & { project: TargetProject };
  const { organization, createdAt, expiresAt, appliedAt } = row;
  return { id, request, plan: row.plan as PushPlan, organization, project, createdAt, expiresAt, appliedAt };
}

/** Refuses a plan that may not be applied (any more): 404, 410, 409. */
export async function loadPlanToApply(queryable: Queryable, id: string, at: Date): Promise<StoredPlan> {
  const stored = await loadPlan(queryable, id);
  if (stored.appliedAt !== null) throw planApplied(id);
  if (stored.expiresAt.getTime() <= at.getTime()) {
    throw new AppError('PLAN_EXPIRED', `Plan ${id} has expired; plan the push again.`);
  }
  return stored;
}

/** Once only: of two who take it, one is refused with 409 `PLAN_APPLIED`. Joins the acceptance of the push. */
export async function takePlan(
  tx: Transaction,
  id: string,
  { at, syncHistoryId }: { readonly at: Date; readonly syncHistoryId: string },
): Promise<void> {
  const taken = await tx
    .update(pushPlans)
    .set({ appliedAt: at, appliedBy: syncHistoryId })
    .where(and(eq(pushPlans.id, id), isNull(pushPlans.appliedAt)))
    .returning({ id: pushPlans.id });
  if (taken.length === 0) throw planApplied(id);
}

export async function prunePlans(queryable: Queryable, olderThan: Date): Promise<void> {
  await queryable.delete(pushPlans).where(lt(pushPlans.expiresAt, olderThan));
}

const planApplied = (id: string): AppError =>
  new AppError('PLAN_APPLIED', `Plan ${id} has been applied already; plan the push again.`);
