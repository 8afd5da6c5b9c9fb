/** How many issues of a project are open, once everybody has settled theirs. */
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { ProjectOperation } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { countOpenIssues, recountOpenIssues } from './issue-store.ts';
import type { SourceProjects } from './source.ts';

/** Tells of it only when it is another number than before. */
export async function announceIssueCount(
  tx: Transaction,
  projects: SourceProjects,
  operation: ProjectOperation,
  emit: Emit,
): Promise<void> {
  const { projectId, id: operationId } = operation;
  // A saved file is not to wait for the count of all that is wrong elsewhere.
  const isBatch = operation.kind === 'sync_changed_files';
  const count = isBatch
    ? await recountOpenIssues(tx, { projectId, operationId })
    : await countOpenIssues(tx, projectId);
  if (count === null) return;
  const figures = await projects.noteIssueCount(tx, projectId, count);
  if (figures === undefined) return;
  const { documentCount, issueCount } = figures;
  emit({
    type: 'documents:changed',
    projectId,
    operationId,
    topic: topicsOf(operation),
    data: { added: [], updated: [], removed: [], documentCount, issueCount },
  });
}
