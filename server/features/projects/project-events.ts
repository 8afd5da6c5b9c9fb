/** The events of a project, each committed with the row it announces (PJ14). */
import type { Topic } from '../../../shared/events/define.ts';
import type { EventDraft } from '../../../shared/events/index.ts';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import type { SyncStatus } from '../../../shared/views/project.ts';
import { toProject, type ProjectRow } from './project-view.ts';

const frame = (row: ProjectRow, operationId: OperationId | null = null) => ({
  projectId: row.id as ProjectId,
  operationId,
  topic: [`project:${row.slug}` as Topic],
});

export const registered = (row: ProjectRow): EventDraft => ({
  ...frame(row),
  type: 'project:registered',
  data: { project: toProject(row) },
});

export const changed = (row: ProjectRow): EventDraft => ({
  ...frame(row),
  type: 'project:changed',
  data: { project: toProject(row) },
});

export const removed = (row: ProjectRow): EventDraft => ({
  ...frame(row),
  type: 'project:removed',
  data: { slug: row.slug },
});

export const statusChanged = (row: ProjectRow, from: SyncStatus, operationId: OperationId): EventDraft => ({
  ...frame(row, operationId),
  type: 'project:status',
  data: { from, to: row.syncStatus, project: toProject(row) },
});
