/** The raw events of one operation in order, each once. */
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { Fold } from './fold.ts';

export interface OperationLog {
  readonly events: readonly SynclineEvent[];
  /** The journal no longer holds this operation's events (OP34). */
  readonly isPruned: boolean;
  /** Older lines were let go so that the page stays light. */
  readonly isCut: boolean;
}

/** At ten progress events a second this is more than eight minutes of one operation. */
export const maxLogLines = 5000;

export const foldOperationLog =
  (operationId: string): Fold<OperationLog> =>
  (log, event) => {
    if (event.operationId !== operationId) return log;
    const last = log.events.at(-1);
    if (last !== undefined && event.seq <= last.seq) return log;
    const events = [...log.events, event];
    if (events.length <= maxLogLines) return { ...log, events };
    return { ...log, events: events.slice(-maxLogLines), isCut: true };
  };
