/** The events that carry a whole record: an operation was queued, started, asked to stop, or has ended. */
import type { EventDraft } from '../../shared/events/index.ts';
import type { Topic } from '../../shared/events/define.ts';
import { OperationId, ProjectId } from '../../shared/ids.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import type { OperationRow } from './operation-store.ts';

type RecordEvent = Extract<EventDraft, { data: { operation: OperationRecord } }>['type'];

export function announce(type: RecordEvent, row: OperationRow, operation: OperationRecord): EventDraft {
  const topic = topicsOf(row);
  return {
    type,
    projectId: row.projectId === null ? null : ProjectId.parse(row.projectId),
    operationId: OperationId.parse(row.id),
    topic,
    data: { operation },
  };
}

/** The topics of whatever one operation has to say. */
export function topicsOf(operation: Pick<OperationRow, 'id' | 'kind' | 'projectSlug'>): Topic[] {
  const topics: Topic[] = [`operation:${operation.id}`, `kind:${operation.kind}`];
  return operation.projectSlug === null ? topics : [...topics, `project:${operation.projectSlug}`];
}

const endTypes = {
  completed: 'operation:completed',
  failed: 'operation:failed',
  cancelled: 'operation:cancelled',
} as const;

export function toEndDraft(row: OperationRow, operation: OperationRecord): EventDraft {
  const { status } = row;
  if (status === 'queued' || status === 'running') throw new Error(`Operation ${row.id} has not ended`);
  return announce(endTypes[status], row, operation);
}
