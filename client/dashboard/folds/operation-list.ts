/** A page of the timeline, newest first: new operations enter on top when they pass its filter. */
import type { EventOf, SynclineEvent } from '../../../shared/events/index.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Fold } from './fold.ts';
import { replaceWhere } from './fold.ts';
import { foldOperation } from './operation.ts';

export interface OperationList {
  readonly items: readonly OperationRecord[];
  readonly nextCursor: string | null;
}

export interface OperationListOptions {
  readonly isWanted: (operation: OperationRecord) => boolean;
  /** Only the newest page takes in what begins now; an older one stays where it is. */
  readonly isNewestPage: boolean;
}

/** So many rows on one screen are read again as a page. */
const maxRows = 200;

export const foldOperationList =
  ({ isWanted, isNewestPage }: OperationListOptions): Fold<OperationList> =>
  (list, event) => {
    const record = recordOf(event);
    const id = record?.id ?? event.operationId;
    if (id === null || !event.type.startsWith('operation:')) return list;

    const known = list.items.find((operation) => operation.id === id);
    if (known === undefined) return record === null || !isNewestPage ? list : entered(list, record, isWanted);

    const next = foldOperation(known, event);
    if (next === 'reload' || next === known) return list;
    if (!isWanted(next)) return { ...list, items: list.items.filter((operation) => operation.id !== id) };
    return {
      ...list,
      items: replaceWhere(
        list.items,
        (operation) => operation.id === id,
        () => next,
      ),
    };
  };

function entered(
  list: OperationList,
  record: OperationRecord,
  isWanted: OperationListOptions['isWanted'],
): OperationList | 'reload' {
  if (!isWanted(record)) return list;
  if (list.items.length >= maxRows) return 'reload';
  return { ...list, items: [record, ...list.items].toSorted((a, b) => (a.id < b.id ? 1 : -1)) };
}

type RecordEvent = EventOf<
  | 'operation:queued'
  | 'operation:started'
  | 'operation:completed'
  | 'operation:failed'
  | 'operation:cancelling'
  | 'operation:cancelled'
>;

function recordOf(event: SynclineEvent): OperationRecord | null {
  return 'operation' in event.data ? (event as RecordEvent).data.operation : null;
}
