/** What people do with pushes: begin one, plan one, apply a plan, try again, stop. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../../../shared/failure.ts';
import type { OperationId, ProjectId } from '../../../../shared/ids.ts';
import type {
  DocumentFilter,
  PushDocumentsRequest,
  PushQuery,
  PushRequest as PushBody,
} from '../../../../shared/api/pushes.ts';
import { isTerminal, type Actor } from '../../../../shared/operations.ts';
import type { PlanView, PushCancelling, PushStarted } from '../../../../shared/views/push.ts';
import type { SourceTree } from '../../../../shared/work-items.ts';
import type { Operations } from '../../../core/operations.ts';
import type { RecordAct, RequestOrigin } from '../../../core/audit-act.ts';
import type { Db, Queryable } from '../../../db/open.ts';
import { toAppError } from '../../../http/upstream-errors.ts';
import type { Clock } from '../../../platform/clock.ts';
import { planOnly, refuseStalePlan } from '../run/plan-only.ts';
import { loadPlan, loadPlanToApply, savePlan, type StoredPlan } from '../run/plan-store.ts';
import type { PushParts } from '../run/push-parts.ts';
import { loadJob, loadJobFacts } from '../run/push-store.ts';
import { loadResults } from '../run/result-store.ts';
import { toRetryTree } from '../run/retry-tree.ts';
import { TrackerFailure, type OpenTarget } from '../tracker.ts';
import { toDeletion, toPlanView, type ViewedPlan } from './plan-view.ts';
import { requireItems, type AcceptedPush, type Asker, type PushAcceptor } from './push-acceptor.ts';
import { readAsk, toAsk, type Ask, type PushAskParts } from './push-ask.ts';
import { findPlace, type PushPlace } from './push-place.ts';
import { isRetried, listCutOff } from './earlier-pushes.ts';
import { interactiveBudgetMs } from '../../../platform/upstream/upstream.ts';

/** A project whose documents may be pushed. */
export interface PushedProject {
  readonly id: ProjectId;
  readonly slug: string;
}

export interface PushCommandsParts extends PushAskParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly operations: Operations;
  readonly acceptor: PushAcceptor;
  readonly record: RecordAct;
  readonly push: PushParts;
  /** Throws 404 for an unknown slug and 409 `NOT_INDEXED`; waits for a sync that runs (PU40). */
  readonly readDocumentTree: (
    slug: string,
    filter: DocumentFilter | undefined,
    signal: AbortSignal,
  ) => Promise<{ readonly tree: SourceTree; readonly project: PushedProject }>;
  /** Of a push that is no longer kept otherwise; undefined for an unknown one. */
  readonly findRecord: (
    queryable: Queryable,
    id: string,
  ) => Promise<{ readonly operationId: string | null } | undefined>;
}

export interface KeyedAsker extends Asker {
  readonly idempotencyKey: string | null;
}

interface RequestAsk {
  readonly project: string;
  readonly query: PushQuery;
  readonly body: PushBody;
  readonly signal: AbortSignal;
}

interface DocumentsAsk {
  readonly slug: string;
  readonly body: PushDocumentsRequest;
  readonly signal: AbortSignal;
}

const program: Actor = { kind: 'system', name: 'resume' };
const nowhere: RequestOrigin = { ip: null, userAgent: null };
const resumeMs = 60_000;

const planLifeMs = 30 * 60_000;
export class PushCommands {
  readonly #parts: PushCommandsParts;

  constructor(parts: PushCommandsParts) {
    this.#parts = parts;
  }

  async push(ask: RequestAsk, asker: KeyedAsker): Promise<PushStarted> {
    const { planId, epics, source, useBatch = null } = ask.body;
    if (planId !== undefined && epics === undefined && source === undefined) {
      const target = await this.#parts.findTarget(ask.query.configId ?? null);
      const wanted = { planId, target, projectName: ask.project, project: null, signal: ask.signal };
      return await this.#apply({ ...wanted, sourceConfigId: ask.query.sourceConfigId ?? null }, asker);
    }
    const read = await readAsk(this.#parts, ask);
    return await this.#parts.acceptor.accept(
      { ...toAccepted(read), useBatch, idempotencyKey: asker.idempotencyKey },
      asker,
    );
  }

  async plan(
    ask: RequestAsk & { readonly query: { readonly validateOnly?: boolean | undefined } },
    asker: Asker,
  ): Promise<PlanView> {
    const read = await readAsk(this.#parts, ask);
    return await this.#makePlan(read, ask.query.validateOnly ?? false, ask.signal, asker);
  }

  async readPlan(queryable: Queryable, id: string): Promise<PlanView> {
    return viewOf(await loadPlan(queryable, id));
  }

  async pushDocuments({ slug, body, signal }: DocumentsAsk, asker: KeyedAsker): Promise<PushStarted> {
    const { tree, project } = await this.#parts.readDocumentTree(slug, body.filter, signal);
    const target = await this.#parts.findTarget(body.connectionId ?? null);
    if (body.planId !== undefined) {
      const wanted = { planId: body.planId, target, projectName: body.adoProject, project, signal };
      return await this.#apply({ ...wanted, sourceConfigId: project.slug }, asker);
    }
    const read = await this.#askOfDocuments({ target, tree, project, body, signal });
    requireItems(read.request.tree);
    return await this.#parts.acceptor.accept(
      { ...toAccepted(read), project, idempotencyKey: asker.idempotencyKey },
      asker,
    );
  }

  async planDocuments({ slug, body, signal }: DocumentsAsk, asker: Asker): Promise<PlanView> {
    const { tree, project } = await this.#parts.readDocumentTree(slug, body.filter, signal);
    const target = await this.#parts.findTarget(body.connectionId ?? null);
    const read = await this.#askOfDocuments({ target, tree, project, body, signal });
    return await this.#makePlan(read, false, signal, asker);
  }

  /** PU21. The tree is the one that was pushed, whatever its source says today. */
  async retry(
    { id, only, signal }: { id: string; only: 'failed' | 'unfinished'; signal: AbortSignal },
    asker: KeyedAsker,
  ): Promise<PushStarted> {
    const { db } = this.#parts;
    const before = await this.findPlace(id);
    if (before.status !== null && !isTerminal(before.status)) {
      throw new AppError('STILL_RUNNING', 'This push has not ended yet; cancel it or wait for its end.');
    }
    const job = await loadJob(db, id);
    if (job === undefined) {
      throw new AppError(
        'SNAPSHOT_EXPIRED',
        'The tree of this push is no longer kept; push from its source again.',
      );
    }
    const { tree, chosen } = toRetryTree(job.tree, await loadResults(db, id), only);
    if (chosen.length === 0)
      throw new AppError('NOTHING_TO_RETRY', `No item of this push is left as "${only}".`);
    const target = await this.#parts.findTarget(job.connectionId);
    const found = await this.#parts.targets.find(target, job.projectName, {
      signal,
      retryBudgetMs: interactiveBudgetMs,
    });
    const { connectionId, projectName, fieldMappingConfigId, processTemplateName, useBatch } = job;
    const project = await this.#projectOf(before.operationId);
    const accepted: AcceptedPush = {
      request: {
        tree,
        connectionId,
        projectName,
        overwrite: null,
        fieldMappingConfigId,
        processTemplateName,
      },
      lane: found.lane,
      sourceConfigId: project?.slug ?? null,
      project,
      projectName: found.projectName,
      chosen,
      planId: null,
      retryOf: id,
      only,
      useBatch,
      idempotencyKey: asker.idempotencyKey,
    };
    return await this.#parts.acceptor.accept(accepted, asker);
  }

  /** RC9: what a push that was cut off has left to do, without anybody asking for it. */
  async resume(id: string): Promise<void> {
    if (await isRetried(this.#parts.db, id)) return;
    const asker = { actor: program, origin: nowhere, idempotencyKey: null };
    await this.retry({ id, only: 'unfinished', signal: AbortSignal.timeout(resumeMs) }, asker);
  }

  /** At the start: those that were cut off while nobody could hear it. */
  async resumeAll(): Promise<void> {
    for (const id of await listCutOff(this.#parts.db)) await this.resume(id);
  }

  /** PU20: stable answers, whenever it is asked. */
  async cancel(id: string): Promise<PushCancelling> {
    const { operationId, status } = await this.findPlace(id);
    const push = { operationId, syncHistoryId: id };
    if (status === 'cancelled') return { ...push, status: 'cancelled' };
    if (status === null || isTerminal(status)) throw alreadyFinished();
    try {
      await this.#parts.operations.cancel(operationId);
      return { ...push, status: 'cancelling' };
    } catch (failure) {
      if (!(failure instanceof AppError) || failure.code !== 'OPERATION_FINISHED') throw failure;
      const after = await this.findPlace(id);
      if (after.status !== 'cancelled') throw alreadyFinished();
      return { ...push, status: 'cancelled' };
    }
  }

  async findPlace(id: string): Promise<PushPlace> {
    const { db, findRecord } = this.#parts;
    const operationId = (await loadJobFacts(db, id))?.operationId ?? (await findRecord(db, id))?.operationId;
    if (operationId === undefined || operationId === null) {
      throw new AppError('NOT_FOUND', `There is no push ${id}.`);
    }
    return await findPlace(db, { id, operationId });
  }

  async #askOfDocuments({
    target,
    tree,
    project,
    body,
    signal,
  }: {
    target: OpenTarget;
    tree: SourceTree;
    project: PushedProject;
    body: PushDocumentsRequest;
    signal: AbortSignal;
  }): Promise<Ask> {
    return await toAsk(this.#parts, {
      target,
      tree,
      projectName: body.adoProject,
      wish: body,
      wishPlace: 'body',
      fieldMappingConfigId: body.fieldMappingConfigId ?? null,
      processTemplateName: null,
      sourceConfigId: project.slug,
      signal,
    });
  }

  async #makePlan(
    { request, found }: Ask,
    validateOnly: boolean,
    signal: AbortSignal,
    { origin }: Asker,
  ): Promise<PlanView> {
    const { db, clock, push, record } = this.#parts;
    const made = await told(planOnly(push, request, { validateOnly, signal }));
    const { organization, project } = made;
    const deletionItems = made.deletions.map(toDeletion);
    const plan: ViewedPlan = { ...made.plan, warnings: made.warnings, deletionItems };
    const createdAt = clock.now();
    const stored: Omit<StoredPlan, 'appliedAt'> = {
      id: randomUUID(),
      request,
      plan,
      organization,
      project,
      createdAt,
      expiresAt: new Date(createdAt.getTime() + planLifeMs),
    };
    await savePlan(db, stored);
    const view = viewOf({ ...stored, appliedAt: null });
    const details = { plan_id: stored.id, summary: view.summary, project_name: found.projectName };
    record({ action: 'push_planned', entity: 'plan', entityId: stored.id, details, origin });
    return view;
  }

  /** PL5: exactly the actions of the plan, or nothing. */
  async #apply(
    {
      planId,
      target,
      projectName,
      project,
      sourceConfigId,
      signal,
    }: {
      planId: string;
      target: OpenTarget;
      projectName: string;
      project: PushedProject | null;
      sourceConfigId: string | null;
      signal: AbortSignal;
    },
    asker: KeyedAsker,
  ): Promise<PushStarted> {
    const { db, clock, targets, push } = this.#parts;
    const stored = await loadPlanToApply(db, planId, clock.now());
    const options = { signal, retryBudgetMs: interactiveBudgetMs };
    const found = await targets.find(target, projectName, options);
    const isSame =
      stored.organization === target.tracker.organization && found.project?.id === stored.project.id;
    if (!isSame) {
      const message = `belongs to the project ${stored.project.name} of ${stored.organization}`;
      throw new AppError('VALIDATION_FAILED', `This plan ${message}.`, {
        details: [{ path: 'planId', message }],
      });
    }
    await told(refuseStalePlan(push, stored, { signal }));
    const accepted: AcceptedPush = {
      request: stored.request,
      lane: found.lane,
      sourceConfigId,
      project,
      projectName: found.projectName,
      chosen: null,
      planId,
      retryOf: null,
      only: null,
      useBatch: null,
      idempotencyKey: asker.idempotencyKey,
    };
    return await this.#parts.acceptor.accept(accepted, asker);
  }

  async #projectOf(operationId: OperationId): Promise<PushedProject | null> {
    const record = await this.#parts.operations.find(this.#parts.db, operationId);
    if (record?.projectId == null || record.projectSlug === null) return null;
    return { id: record.projectId, slug: record.projectSlug };
  }
}

const toAccepted = ({ request, found, sourceConfigId }: Ask): AcceptedPush => ({
  request,
  lane: found.lane,
  sourceConfigId,
  project: null,
  projectName: found.projectName,
  chosen: null,
  planId: null,
  retryOf: null,
  only: null,
  useBatch: null,
  idempotencyKey: null,
});

const viewOf = ({ id, request, plan, organization, project, expiresAt }: StoredPlan): PlanView =>
  toPlanView({
    planId: id,
    expiresAt,
    target: {
      organization,
      projectId: project.id,
      projectName: project.name,
      connectionId: request.connectionId,
    },
    plan: plan as ViewedPlan,
  });

/** What the service refuses is told in the words of the family (PU6). */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (failure) {
    throw failure instanceof TrackerFailure ? toAppError(failure, 'Azure DevOps') : failure;
  }
}

const alreadyFinished = (): AppError => new AppError('ALREADY_FINISHED', 'This push has ended already.');
