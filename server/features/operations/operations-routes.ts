/** `/api/cache/operations`: list, look into, cancel, retry and compare (OP29 to OP35). */
import {
  cancelOperation,
  compareOperation,
  listOperationIssues,
  listOperations,
  listProjectIssues,
  readOperation,
  retryOperation,
} from '../../../shared/api/operations.ts';
import { AppError } from '../../../shared/failure.ts';
import { OperationId } from '../../../shared/ids.ts';
import { isTerminal, OperationKind, type IssueRecord } from '../../../shared/operations.ts';
import type { RecordAct } from '../../core/audit-act.ts';
import { toStored, type OperationRow } from '../../core/operation-record.ts';
import { findOperation } from '../../core/operation-store.ts';
import type { Operations } from '../../core/operations.ts';
import type { Queryable } from '../../db/open.ts';
import { serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { startOnce } from '../../http/start-once.ts';
import type { Clock } from '../../platform/clock.ts';
import { compare, findBaseline, readDocumentChanges } from './comparison.ts';
import { chooseSlug, requireProject, type ProjectDirectory, type ProjectHandle } from './find-project.ts';
import { toBackground } from './foreground.ts';
import { listIssues, listOperationRows, placeOf, toRecords } from './operation-queries.ts';
import { decodeCursor, encodeCursor } from '../../http/page-cursor.ts';

interface OperationsRoutesOptions {
  readonly operations: Operations;
  readonly clock: Clock;
  readonly projects: ProjectDirectory<ProjectHandle, Queryable>;
  readonly recordAct: RecordAct;
}

export function mountOperations(
  kit: HttpKit,
  { operations, clock, projects, recordAct }: OperationsRoutesOptions,
): void {
  serveRead(kit, listOperations, async ({ query }, { tx }) => {
    const { limit, cursor, include, project, kind, status, trigger, since, until, active } = query;
    const named = chooseSlug(project);
    const projectId =
      project === '*' || named === null ? null : (await requireProject(projects, tx, named)).id;
    const filter = { projectId, kind, status, trigger, since, until, active };
    checkRange(since, until);
    const [before = null] = decodeCursor(cursor, filter) ?? [];
    const rows = await listOperationRows(tx, filter, { limit: limit + 1, before });
    const shown = rows.slice(0, limit);
    const items = await toRecords(tx, shown, { withPhases: include === 'phases', now: clock.now() });
    const last = shown.at(-1);
    const hasMore = rows.length > limit && last !== undefined;
    return toListPage(items, hasMore ? encodeCursor([last.id], filter) : null);
  });

  serveRead(kit, readOperation, async ({ params, query }, { tx }) => {
    const row = await requireOperation(tx, params.id, query.project);
    const [record] = await toRecords(tx, [row], { withPhases: true, now: clock.now() });
    return record ?? notFound(params.id);
  });

  serveRead(kit, listOperationIssues, async ({ params, query }, { tx }) => {
    const { id } = await requireOperation(tx, params.id, query.project);
    const { limit, cursor, severity, code } = query;
    const filter = { operationId: id, severity, code };
    const page = { limit: limit + 1, after: decodeCursor(cursor, filter) };
    return toIssuePage(await listIssues(tx, { operationId: id }, filter, page), limit, filter);
  });

  serveRead(kit, listProjectIssues, async ({ query }, { tx }) => {
    const { limit, cursor, severity, code, open, project } = query;
    const { id } = await requireProject(projects, tx, chooseSlug(project));
    const filter = { projectId: id, severity, code, open };
    const page = { limit: limit + 1, after: decodeCursor(cursor, filter) };
    return toIssuePage(await listIssues(tx, { projectId: id }, filter, page), limit, filter);
  });

  serveRead(kit, compareOperation, async ({ params, query }, { tx }) => {
    const row = await requireOperation(tx, params.id, query.project);
    const baseline = await findBaseline(tx, row, query.with);
    const rows = baseline === null ? [row] : [row, baseline];
    const [current, before = null] = await toRecords(tx, rows, { withPhases: true, now: clock.now() });
    return compare(current ?? notFound(params.id), before, await readDocumentChanges(tx, row.id));
  });

  serveWrite(kit, cancelOperation, async ({ params, query }, { origin }) => {
    const { id, kind, phase, projectSlug } = await requireOperation(kit.db, params.id, query.project);
    await operations.cancel(id);
    // AL1: one row for one act; a push writes its own.
    if (kind !== 'push_work_items') {
      const details = { kind, phase, project: projectSlug };
      recordAct({ action: 'operation_cancelled', entity: 'operation', entityId: id, details, origin });
    }
    return { value: { status: 'ok' as const, operationId: id, message: 'Cancellation requested' as const } };
  });

  serveWrite(kit, retryOperation, async ({ params, query }, { actor, keyed }) => {
    const row = await requireOperation(kit.db, params.id, query.project);
    await checkRetryable(kit.db, row, projects);
    const { kind, lane, projectId, projectSlug, options, metadata, attempt, id } = toStored(row);
    const again = { kind, lane, projectId, projectSlug, options, metadata, actor };
    const started = await startOnce({ operations, db: kit.db }, keyed, (admit) =>
      operations.start({ ...again, trigger: 'retry', attempt: attempt + 1, retryOf: id, admit }),
    );
    const reply = toBackground(started, 'Retry triggered in background');
    return { ...reply, value: { ...reply.value, retryOf: id } };
  });
}

async function requireOperation(
  queryable: Queryable,
  id: string,
  project: string | undefined,
): Promise<OperationRow> {
  const row = OperationId.safeParse(id).success ? await findOperation(queryable, id) : undefined;
  if (row === undefined) return notFound(id);
  const isOther = project !== undefined && project !== '' && project !== '*' && project !== row.projectSlug;
  return isOther ? notFound(id) : row;
}

function notFound(id: string): never {
  throw new AppError('NOT_FOUND', `Operation ${id} not found`);
}

function checkRange(since: string | undefined, until: string | undefined): void {
  if (since === undefined || until === undefined || new Date(since) <= new Date(until)) return;
  const details = [{ path: 'query.since', reason: 'is later than until' }];
  throw new AppError('VALIDATION_ERROR', 'query.since: is later than until', { details });
}

async function checkRetryable(
  queryable: Queryable,
  row: OperationRow,
  projects: ProjectDirectory<ProjectHandle, Queryable>,
): Promise<void> {
  if (!isTerminal(row.status)) {
    throw new AppError('STILL_RUNNING', `Operation ${row.id} has not ended; cancel it first or wait.`);
  }
  if (row.kind === 'push_work_items') {
    const { syncHistoryId } = row.options;
    const where = `/api/sync-history/${typeof syncHistoryId === 'string' ? syncHistoryId : ':id'}/retry`;
    throw new AppError(
      'NOT_RETRYABLE',
      `A push is tried again by POST ${where}, which skips what it has done.`,
    );
  }
  const project = await projects.bySlug(queryable, row.projectSlug ?? '');
  const isGone = project === undefined || project.id !== row.projectId;
  const isKnown = OperationKind.safeParse(row.kind).success;
  if (row.status === 'completed' || isGone || !isKnown) {
    const why =
      row.status === 'completed' ? 'it completed' : isGone ? 'its project is gone' : 'its kind is unknown';
    throw new AppError('NOT_RETRYABLE', `Operation ${row.id} cannot be retried: ${why}.`);
  }
}

const toListPage = <T>(items: T[], nextCursor: string | null) => ({
  status: 'ok' as const,
  count: items.length,
  items,
  nextCursor,
});

function toIssuePage(found: readonly IssueRecord[], limit: number, filter: unknown) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return toListPage(items, hasMore ? encodeCursor(placeOf(last), filter) : null);
}
