/** Ends that say nothing about the work itself. */
import type { Ending, StoredOperation } from './workflow.ts';

export const cancelled: Ending = { status: 'cancelled', error: 'Cancelled', errorCode: 'cancelled' };

export const interrupted: Ending = {
  status: 'failed',
  error: 'Sync interrupted: the server running it stopped',
  errorCode: 'interrupted',
};

export const doneBy = ({ id, kind }: StoredOperation): Ending => ({
  status: 'cancelled',
  error: `Its work is done by ${kind} ${id}`,
  errorCode: 'coalesced',
  coalescedInto: id,
});
