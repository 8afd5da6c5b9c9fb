/** Decides what a sync does with each log: read it, leave it, mark it gone, remove its session, or refuse (DX15 to DX17). */
import { isBelow } from './folder-names.ts';
import type { FoundLog } from './log-discovery.ts';
import type { FolderState } from './log-folders.ts';
import { isUnchanged } from './log-stamp.ts';
import type { KnownLog } from './log-store.ts';

export interface PlannedLog {
  readonly log: FoundLog;
  readonly known: KnownLog | null;
  /** Of the sidecars that are there now. */
  readonly inputs: string;
}

export interface LogPlan {
  readonly toRead: readonly PlannedLog[];
  readonly unchanged: readonly KnownLog[];
  /** No longer there; their sessions stay. */
  readonly gone: readonly KnownLog[];
  readonly removed: readonly KnownLog[];
}

interface Facts {
  readonly found: readonly FoundLog[];
  readonly known: readonly KnownLog[];
  readonly unreadable: readonly string[];
  readonly inputsOf: (log: FoundLog) => string;
  readonly readWithOf: (known: KnownLog) => string;
  /** Of a log that was not found: one that is there all the same belongs elsewhere now. */
  readonly lookFor: (log: KnownLog) => 'there' | 'missing' | 'unseen';
  readonly isForced: boolean;
  readonly goneBefore: Date;
}

export function planLogs(facts: Facts): LogPlan {
  const known = new Map(facts.known.map((log) => [log.sessionId, log]));
  const toRead: PlannedLog[] = [];
  const unchanged: KnownLog[] = [];
  for (const log of facts.found) {
    const before = known.get(log.sessionId) ?? null;
    known.delete(log.sessionId);
    const inputs = facts.inputsOf(log);
    if (before !== null && !facts.isForced && isSame(log, before, inputs, facts)) unchanged.push(before);
    else toRead.push({ log, known: before, inputs });
  }
  return { toRead, unchanged, ...planMissing([...known.values()], facts) };
}

function planMissing(
  missing: readonly KnownLog[],
  { lookFor, unreadable, goneBefore }: Facts,
): Pick<LogPlan, 'gone' | 'removed'> {
  const gone: KnownLog[] = [];
  const removed: KnownLog[] = [];
  for (const log of missing) {
    const place = isUnseen(log.path, unreadable) ? 'unseen' : lookFor(log);
    if (place === 'unseen') continue;
    const isExpired = log.goneAt !== null && log.goneAt <= goneBefore;
    if (place === 'there' || isExpired) removed.push(log);
    else if (log.goneAt === null) gone.push(log);
  }
  return { gone, removed };
}

function isSame(log: FoundLog, before: KnownLog, inputs: string, { readWithOf }: Facts): boolean {
  return (
    before.goneAt === null &&
    before.path === log.path &&
    before.inputs === inputs &&
    before.readWith === readWithOf(before) &&
    isUnchanged(log.stamp, before.stamp, before.scannedAtNs)
  );
}

/** DX15: below a folder that could not be read nothing is known to be gone. */
const isUnseen = (path: string, unreadable: readonly string[]): boolean =>
  unreadable.some((folder) => isBelow(path, folder));

export type LogGuard =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: 'source_missing' | 'source_emptied'; readonly message: string };

/** DX16: a log folder that vanished, or lost all of its logs at once, is not known to have been cleaned away. */
export function guardLogs(
  gone: readonly KnownLog[],
  logsByFolder: ReadonlyMap<string, number>,
  stateOf: (folder: string) => FolderState,
): LogGuard {
  const lost = new Map<string, number>();
  for (const { folder } of gone) lost.set(folder, (lost.get(folder) ?? 0) + 1);
  for (const [folder, count] of lost) {
    if (stateOf(folder) !== 'present') return refuse('source_missing', `log folder not found: ${folder}`);
    // DX17: a single log is the agent's to clean away.
    if (count > 1 && (logsByFolder.get(folder) ?? 0) === 0) {
      return refuse('source_emptied', `log folder returned no sessions: ${folder}`);
    }
  }
  return { ok: true };
}

const refuse = (code: 'source_missing' | 'source_emptied', what: string): LogGuard => ({
  ok: false,
  code,
  message: `${what} - refusing to delete existing sessions`,
});
