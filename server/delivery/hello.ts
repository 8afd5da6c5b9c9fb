/** What a stream says first: where it begins, and whether the cursor it was given could be honoured (SS2). */
import type { Hello } from '../../shared/api/events.ts';
import { toEventId } from '../../shared/ids.ts';
import type { JournalPosition, Resumption } from '../core/cursor.ts';

export function toHello({ epoch, head, oldest }: JournalPosition, resumption: Resumption): Hello {
  const { from, resumed, reset } = resumption;
  return {
    epoch,
    from: toEventId(epoch, from),
    head: toEventId(epoch, head),
    oldest: toEventId(epoch, oldest),
    resumed,
    reset,
  };
}

/** The reader has lost its place while it was reading (F25). */
export const toPrunedHello = (position: JournalPosition): Hello =>
  toHello(position, { from: position.head, resumed: false, reset: 'pruned' });
