/** What follows from files that changed, while an operation runs: other features provide it. */
import type { Emit } from '../../core/journal.ts';
import type { ChangedRows } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import type { SourceProject } from './source.ts';

export interface DerivationScope {
  readonly project: SourceProject;
  /** Everything is derived again, changed or not (OP26, DX10). */
  readonly isForced: boolean;
  /** Absolute paths of session logs that may have changed. */
  readonly logs: 'all' | readonly string[];
}

/** Rows of one kind that are other ones now. */
export interface RowTotals {
  readonly synced: number;
  readonly skipped: number;
  readonly removed: number;
}

export interface DerivedTotals {
  readonly sessions: RowTotals;
  readonly tasks: RowTotals;
  readonly features: RowTotals;
  /** Links that stand after the operation. */
  readonly linksTotal: number;
}

export interface Derived {
  /** Final once `commit` has run. */
  readonly totals: DerivedTotals;
  /** Joins the last transaction of the operation, after the removals. */
  commit(tx: Transaction, emit: Emit): Promise<void>;
}

/** One run of it, called in this order; the phases in between belong to indexing. */
export interface Derivation {
  /** Phases `tasks` and `sessions`. */
  readOthers(documents: ChangedRows): Promise<void>;
  /** Phases `features`, `links:*`, `search` and `analytics`. */
  derive(documents: ChangedRows): Promise<Derived>;
}

/** Begins before the first document is written. */
export type OpenDerivation = (context: OperationContext, scope: DerivationScope) => Promise<Derivation>;
