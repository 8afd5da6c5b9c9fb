/** What was read of one log in one batch, on its way to the database. */
import { hash } from 'node:crypto';
import { isBelow } from './folder-names.ts';
import type { FoundLog } from './log-discovery.ts';
import type { KeptIssue } from './log-issues.ts';
import type { TailPosition } from './log-tail.ts';
import { readerVersion } from './read/open-log-reader.ts';
import type { ReaderState, SessionDelta } from './read/reading.ts';
import type { SidecarFacts } from './sidecars.ts';

export interface SessionPiece {
  readonly log: FoundLog;
  /** Rows that were read of the log before are of another file: they are replaced. */
  readonly isReplacing: boolean;
  /** The log was read to its end, so that its stamp stands for it. */
  readonly isLast: boolean;
  readonly bornAt: string;
  readonly delta: SessionDelta;
  readonly state: ReaderState;
  readonly position: TailPosition;
  readonly readWith: string;
  readonly inputs: string;
  readonly sidecars: SidecarFacts;
  readonly issues: readonly KeptIssue[];
  readonly hasNewIssues: boolean;
  readonly maskedSecrets: number;
  readonly recordCount: number;
}

export const familyOf = (sessionId: string): string => {
  const end = sessionId.indexOf(':');
  return end === -1 ? sessionId : sessionId.slice(0, end);
};

/** Another value means that the same bytes may be read differently, so that the log is read again from 0. */
export function toReadWith(
  { root, worktreeRoots }: { root: string; worktreeRoots: readonly string[] },
  cwd: string | null,
): string {
  const own = cwd === null ? [] : worktreeRoots.filter((worktree) => isBelow(cwd, worktree));
  return hash('sha256', JSON.stringify([readerVersion, root, own])).slice(0, 24);
}
