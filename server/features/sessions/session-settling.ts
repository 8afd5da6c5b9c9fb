/** What ends with a look at the logs: sessions whose logs went, and issues that no longer hold (DX16, DX17, IX1). */
import type { SessionRef } from '../../../shared/events/session.ts';
import type { FileIssue } from '../../../shared/issues.ts';
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext, StoredOperation } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { toFileIssues, withoutKnownModels } from './log-issues.ts';
import type { Look } from './log-look.ts';
import type { LogPlan } from './log-plan.ts';
import { removeLogRows, type KnownLog } from './log-store.ts';
import { markGone, removeSessionRows } from './session-store.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';
import { removeRows, type SessionWriter } from './session-writer.ts';

export interface SessionRun {
  readonly tools: SessionTools;
  readonly context: OperationContext;
  readonly scope: { readonly project: SessionProject; readonly logs: 'all' | readonly string[] };
  readonly look: Look;
  readonly writer: SessionWriter;
}

/** The catalogue's bound on one event. */
const eventSize = 500;

/** Joins the last transaction of the operation. */
export async function settleLook(
  run: SessionRun,
  { gone, removed }: Pick<LogPlan, 'gone' | 'removed'>,
  tx: Transaction,
  emit: Emit,
): Promise<void> {
  const { tools, context, scope } = run;
  const { project } = scope;
  const now = tools.clock.now();
  const removedIds = removed.map(({ sessionId }) => sessionId);
  if (gone.length > 0) {
    await markGone(
      tx,
      project.id,
      gone.map(({ sessionId }) => sessionId),
      now,
    );
  }
  if (removed.length > 0) {
    await removeRows(tx, project.id, removedIds);
    await removeSessionRows(tx, project.id, removedIds);
    await removeLogRows(tx, project.id, removedIds);
    context.count('sessionsRemoved', removed.length);
  }
  await settleLookIssues(
    run,
    [...gone, ...removed].map(({ path }) => path),
    now,
    tx,
  );
  tellChanges(emit, context.operation, { updated: gone.map(toRef), removed: removed.map(toRef) });
}

const toRef = ({ sessionId: id, title }: KnownLog): SessionRef => ({ id, title });

/** As many events as their bound asks for. */
export function tellChanges(
  emit: Emit,
  operation: StoredOperation,
  { updated, removed }: { updated: readonly SessionRef[]; removed: readonly SessionRef[] },
): void {
  const topic = topicsOf(operation);
  const tell = (data: { updated: SessionRef[]; removed: SessionRef[] }): void =>
    emit({
      type: 'sessions:changed',
      projectId: operation.projectId,
      operationId: operation.id,
      topic,
      data: { added: [], ...data },
    });
  for (let from = 0; from < updated.length; from += eventSize) {
    tell({ updated: updated.slice(from, from + eventSize), removed: [] });
  }
  for (let from = 0; from < removed.length; from += eventSize) {
    tell({ updated: [], removed: removed.slice(from, from + eventSize) });
  }
}

/** A whole look knows every issue there is; one at some logs ends those of logs that went. */
async function settleLookIssues(
  { tools, context, scope, look, writer }: SessionRun,
  left: readonly string[],
  at: Date,
  tx: Transaction,
): Promise<void> {
  const { id: projectId } = scope.project;
  const open = await tools.issues.listOpen(tx, projectId);
  const isWhole = scope.logs === 'all';
  const found = isWhole ? [...look.issues, ...listLogIssues(look.known, left, writer, tools)] : [];
  const paths = isWhole ? null : left;
  const concerned = isWhole ? open : open.filter(({ path }) => left.includes(path));
  if (areEqual(concerned, found)) return;
  await tools.issues.settle(tx, { projectId, operationId: context.operation.id, at }, paths, found);
}

function listLogIssues(
  known: readonly KnownLog[],
  left: readonly string[],
  writer: SessionWriter,
  { prices }: SessionTools,
): FileIssue[] {
  const gone = new Set(left);
  const kept = known
    .filter(({ path }) => !writer.issuesOf.has(path) && !gone.has(path))
    .flatMap(({ path, issues }) => toFileIssues(path, withoutKnownModels(issues, prices)));
  return [...kept, ...[...writer.issuesOf.values()].flat()];
}

function areEqual(left: readonly IssueName[], right: readonly IssueName[]): boolean {
  const names = (issues: readonly IssueName[]) =>
    new Set(issues.map(({ path, code, message }) => `${path}\0${code}\0${message}`));
  const [a, b] = [names(left), names(right)];
  return a.size === b.size && [...a].every((name) => b.has(name));
}

type IssueName = Pick<FileIssue, 'path' | 'code' | 'message'>;
