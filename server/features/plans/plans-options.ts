/** What plans need from the rest of the server, and what they hand over. */
import type { FileIssue } from '../../../shared/issues.ts';
import type { Prepared } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Db, Queryable, Transaction } from '../../db/open.ts';
import type { ReadDate } from './derive/plan-document.ts';
import type { DocumentFacts, PlanView } from './facts.ts';

export interface IssueSink {
  /** What plans find wrong in these files now; what they found there before and is not named again has ended. */
  settle(
    tx: Transaction,
    context: OperationContext,
    paths: readonly string[],
    found: readonly FileIssue[],
  ): Promise<void>;
}

export interface PlansOptions {
  readonly db: Db;
  /** Pages of documents; null stands for all of the project. */
  readonly loadFacts: (
    queryable: Queryable,
    projectId: string,
    ids: readonly string[] | null,
  ) => AsyncIterable<readonly DocumentFacts[]>;
  readonly readDate: ReadDate;
  readonly issues: IssueSink;
}

export interface RowTotals {
  readonly synced: number;
  readonly skipped: number;
  readonly removed: number;
}

export interface PreparedPlans extends Prepared {
  readonly totals: { readonly tasks: RowTotals; readonly features: RowTotals };
  /** What links are derived from; read from the database where nothing had changed and nothing was remembered. */
  view(): Promise<PlanView>;
}
