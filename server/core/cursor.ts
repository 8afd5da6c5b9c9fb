/** What a cursor is worth: where to read on from, or why it cannot be honoured (SS3). */
import { EventId, type Epoch } from '../../shared/ids.ts';
import type { ResetReason } from '../../shared/api/events.ts';

export interface JournalPosition {
  readonly epoch: Epoch;
  /** `seq` of the newest event; 0 when there is none. */
  readonly head: number;
  /** `seq` of the oldest event kept; head + 1 when there is none. */
  readonly oldest: number;
}

export interface Resumption {
  /** Read what comes after this `seq`. */
  readonly from: number;
  readonly resumed: boolean;
  readonly reset: ResetReason | null;
}

export function resumeFrom(cursor: string | null, position: JournalPosition): Resumption {
  if (cursor === null || cursor === '') return { from: position.head, resumed: false, reset: null };
  if (cursor === 'earliest') return { from: position.oldest - 1, resumed: true, reset: null };

  const reset = findReset(cursor, position);
  if (reset !== null) return { from: position.head, resumed: false, reset };
  return { from: seqOf(cursor), resumed: true, reset: null };
}

function findReset(cursor: string, { epoch, head, oldest }: JournalPosition): ResetReason | null {
  if (!EventId.safeParse(cursor).success) return 'malformed';
  if (cursor.slice(0, cursor.lastIndexOf('-')) !== epoch) return 'foreign-epoch';
  if (seqOf(cursor) > head) return 'future';
  if (seqOf(cursor) < oldest - 1) return 'pruned';
  return null;
}

const seqOf = (cursor: string): number => Number(cursor.slice(cursor.lastIndexOf('-') + 1));
