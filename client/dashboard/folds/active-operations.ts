/** What is queued or running everywhere, and the operation that ended last, so that its end can be announced. */
import { isTerminal } from '../../../shared/operations.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { Fold } from './fold.ts';
import { foldOperationList } from './operation-list.ts';

export interface ActiveOperations {
  readonly items: readonly OperationRecord[];
  readonly lastEnded: OperationRecord | null;
}

const foldActive = foldOperationList({
  isWanted: (operation) => !isTerminal(operation.status),
  isNewestPage: true,
});

export const foldActiveOperations: Fold<ActiveOperations> = (active, event) => {
  const next = foldActive({ items: active.items, nextCursor: null }, event);
  if (next === 'reload') return 'reload';
  const ended = endedBy(event);
  if (ended === null && next.items === active.items) return active;
  return { items: next.items, lastEnded: ended ?? active.lastEnded };
};

function endedBy(event: Parameters<typeof foldActive>[1]): OperationRecord | null {
  if (
    event.type === 'operation:completed' ||
    event.type === 'operation:failed' ||
    event.type === 'operation:cancelled'
  ) {
    return event.data.operation;
  }
  return null;
}

/** The operation to show for a project: the one that runs, else the one that waits longest. */
export function activeOf(active: ActiveOperations, slug: string): OperationRecord | undefined {
  const own = active.items.filter((operation) => operation.projectSlug === slug);
  return own.find(({ status }) => status === 'running') ?? own.at(-1);
}
