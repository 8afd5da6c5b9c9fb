/** The last writes of a run: documents that went, with their stamps, issues and events, beside the terminal event (SY10). */
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { countOpenIssues, type IssueScope } from './issue-store.ts';
import type { SourceProject } from './source.ts';
import { forgetStamp, removeStamps, type KnownFile } from './stamp-store.ts';
import type { IndexingTools } from './tools.ts';

interface Removal {
  readonly project: SourceProject;
  readonly known: Map<string, KnownFile>;
  readonly paths: readonly string[];
  /** There, but out of reach. Their stamps go: once within reach again they are read, so that their issues end. */
  readonly failed: readonly string[];
  /** Settles what else ends with the run; true when an issue was opened or resolved. */
  readonly settleIssues: (tx: Transaction, scope: IssueScope) => Promise<boolean>;
}

/** The catalogue's bound on one event. */
const eventSize = 500;

/** Answers how many documents went. */
export async function commitRemovals(
  tools: IndexingTools,
  context: OperationContext,
  { project, known, paths, failed, settleIssues }: Removal,
  tx: Transaction,
  emit: Emit,
): Promise<number> {
  const { operation } = context;
  const removed = paths.length === 0 ? [] : await tools.index.remove(tx, project.id, paths);
  await removeStamps(tx, project.id, [...paths, ...failed]);
  const scope = { projectId: project.id, operationId: operation.id, at: tools.clock.now() };
  const hasIssueChanges = await settleIssues(tx, scope);
  if (removed.length === 0 && !hasIssueChanges) return 0;

  const count = await countOpenIssues(tx, project.id);
  const { documentCount, issueCount, indexVersion } = await tools.projects.noteIndexed(tx, project.id, {
    documentsBy: -removed.length,
    issueCount: count,
  });
  // The commit may still fail; then what is remembered is of another version, and is read again.
  for (const path of paths) known.delete(path);
  for (const path of failed) forgetStamp(known, path);
  tools.memory.keep(project.id, indexVersion, known);
  context.count('documentsRemoved', removed.length);
  for (let from = 0; from < removed.length || from === 0; from += eventSize) {
    emit({
      type: 'documents:changed',
      projectId: project.id,
      operationId: operation.id,
      topic: topicsOf(operation),
      data: {
        added: [],
        updated: [],
        removed: removed.slice(from, from + eventSize),
        documentCount,
        issueCount,
      },
    });
  }
  return removed.length;
}
