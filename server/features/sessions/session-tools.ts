/** What reading sessions works with, and what it needs of other features. */
import type { FileIssue } from '../../../shared/issues.ts';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import type { Db, Queryable, Transaction } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Git } from '../../platform/git.ts';
import type { LogHomes } from './log-folders.ts';
import type { LogPeeks } from './log-peek.ts';
import type { PriceTable } from './prices.ts';
import type { Worktrees } from './worktrees.ts';

export interface SessionTools {
  readonly db: Db;
  readonly clock: Clock;
  readonly git: Git;
  readonly homes: LogHomes;
  readonly peeks: LogPeeks;
  readonly worktrees: Worktrees;
  readonly prices: PriceTable;
  readonly issues: IssueSink;
  /** Of every registered project (SE18). */
  readonly listRoots: (queryable: Queryable) => Promise<readonly string[]>;
  readonly limits: {
    readonly maxLineBytes: number;
    readonly retentionDays: number;
    /** Bytes of logs that one transaction takes; of more than that only a line may exceed it. */
    readonly batchBytes?: number;
  };
}

export interface IssueSink {
  /** What sessions have reported of the project and what still holds. */
  listOpen(
    queryable: Queryable,
    projectId: ProjectId,
  ): Promise<readonly Pick<FileIssue, 'path' | 'code' | 'message'>[]>;
  /** What is wrong with these logs now; null for everything that sessions have ever reported of the project. */
  settle(
    tx: Transaction,
    scope: { readonly projectId: ProjectId; readonly operationId: OperationId; readonly at: Date },
    paths: readonly string[] | null,
    found: readonly FileIssue[],
  ): Promise<void>;
}

/** A project as sessions see it. */
export interface SessionProject {
  readonly id: ProjectId;
  readonly root: string;
  /** Absolute folders of its `paths.sessions` (PJ10). */
  readonly sessionFolders: readonly string[];
}
