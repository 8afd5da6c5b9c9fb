/** What one operation changed in the sources of a project, and what a room that derives from them answers with. */
import type { ProjectId } from '../../shared/ids.ts';
import type { Transaction } from '../db/open.ts';
import type { Emit } from './journal.ts';

/** By the ids of the rows. What is removed still stands in its table until the final commit. */
export interface ChangedRows {
  readonly changed: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
}

export interface SourceChange {
  readonly projectId: ProjectId;
  readonly documents: ChangedRows;
  readonly sessions: ChangedRows;
  /**
   * What the derived rows must have been derived from for an increment to be enough; a model or a stored row of
   * another version is made anew from everything.
   */
  readonly before: string;
  /** Everything is looked at again, whatever is remembered: forced, or other rules than the last time. */
  readonly isWhole: boolean;
}

/** Computed, and not yet written: the final transaction of the operation applies it, or nobody does. */
export interface Prepared {
  readonly stats: Readonly<Record<string, unknown>>;
  /** `after` is the version of the sources that these rows belong to, once the transaction has committed. */
  commit(tx: Transaction, emit: Emit, after: string): Promise<void>;
}
