/** All parts of one answer at one moment, together with the journal position of that moment (GR8). */
import { toEventId, type EventId } from '../../shared/ids.ts';
import type { Journal } from '../core/journal.ts';
import type { Db, Transaction } from '../db/open.ts';

export interface Snapshot<T> {
  readonly value: T;
  readonly head: EventId;
}

export async function readSnapshot<T>(
  { db, journal }: { db: Db; journal: Journal },
  read: (tx: Transaction) => Promise<T>,
): Promise<Snapshot<T>> {
  return await db.transaction(
    async (tx) => {
      // Sent together: whichever comes first takes the snapshot that both see.
      const [{ epoch, head }, value] = await Promise.all([journal.position(tx), read(tx)]);
      return { value, head: toEventId(epoch, head) };
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  );
}
