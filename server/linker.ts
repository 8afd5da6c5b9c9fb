/** Links wired to what they tie together: documents, plans, sessions, and the issues of files. */
import { sql } from 'drizzle-orm';
import type { ProjectId } from '../shared/ids.ts';
import type { Db } from './db/open.ts';
import { loadDocumentFacts } from './features/documents/document-facts.ts';
import { isIndexable } from './features/indexing/filters.ts';
import { recordIssues } from './features/indexing/issue-store.ts';
import type { SourceProjects } from './features/indexing/source.ts';
import type { PlanView as LinkedPlans, TaskFacts } from './features/links/facts.ts';
import { Links } from './features/links/links.ts';
import type { PlanView } from './features/plans/facts.ts';
import { loadSessionFacts } from './features/sessions/session-facts.ts';
import type { Clock } from './platform/clock.ts';

interface LinkParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly projects: SourceProjects;
  readonly logicVersion: string;
}

export function createLinks({ db, clock, projects, logicVersion }: LinkParts): Links {
  return new Links({
    db,
    clock,
    logicVersion,
    sources: {
      loadDocuments: loadDocumentFacts,
      loadSessions: loadSessionFacts,
      async listSessionIds(queryable, projectId) {
        const rows = await queryable.execute<{ id: string }>(
          sql`select id from sessions where project_id = ${projectId} order by id`,
        );
        return rows.map(({ id }) => id);
      },
      async openCoverage(queryable, projectId) {
        const project = await projects.load(queryable, projectId as ProjectId);
        const entries = project?.entries ?? [];
        return (path) => isIndexable(path, entries).indexable;
      },
    },
    issues: {
      async settle(tx, { operation: { projectId, id } }, found) {
        const scope = { projectId, operationId: id, at: clock.now(), source: 'links' as const };
        await recordIssues(tx, scope, null, found);
      },
    },
  });
}

/** Plans as links ask for them: tasks also by the document that lists them. */
export function toLinkedPlans(view: PlanView): LinkedPlans {
  let byDocument: Map<string, TaskFacts[]> | undefined;
  return {
    features: () => view.features(),
    feature: (id) => view.feature(id),
    tasks: () => view.tasks(),
    tasksOf: (documentId) => (byDocument ??= groupTasks(view.tasks())).get(documentId) ?? [],
    changedFeatureIds: view.changedFeatureIds,
  };
}

function groupTasks(tasks: Iterable<TaskFacts>): Map<string, TaskFacts[]> {
  const groups = new Map<string, TaskFacts[]>();
  for (const task of tasks) {
    const group = groups.get(task.documentId);
    if (group === undefined) groups.set(task.documentId, [task]);
    else group.push(task);
  }
  return groups;
}
