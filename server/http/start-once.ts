/** Starts an operation for a request that may carry an Idempotency-Key, and whose first try may have died (OP28). */
import type { Operations, Started } from '../core/operations.ts';
import type { Admit } from '../core/workflow.ts';
import type { Queryable } from '../db/open.ts';
import type { KeyedWork } from './idempotency.ts';

/** What the first try made durable is answered with; else `start` makes one and `admit` notes it in the same commit. */
export async function startOnce(
  { operations, db }: { operations: Operations; db: Queryable },
  { earlier, note }: KeyedWork,
  start: (admit: Admit) => Promise<Started>,
): Promise<Started> {
  const operation = earlier === null ? undefined : await operations.find(db, earlier);
  if (operation !== undefined) return { operation, coalesced: false };
  return await start((tx, { id }) => note(tx, id));
}
