/** The events that carry a whole record: an operation was queued, started, asked to stop, or has ended. */
import type { EventDraft, SynclineEvent } from '../../shared/events/index.ts';
import { OperationId, ProjectId } from '../../shared/ids.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import type { OperationRow } from './operation-record.ts';
import { topicsOf } from './topics.ts';

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

type EndEvent = Extract<SynclineEvent, { type: (typeof endTypes)[keyof typeof endTypes] }>;

const ends: ReadonlySet<string> = new Set(Object.values(endTypes));

export const isEnd = (event: SynclineEvent): event is EndEvent => ends.has(event.type);
