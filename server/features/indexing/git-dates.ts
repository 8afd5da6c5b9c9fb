/** What git knows of the dates of a project's files: the history up to HEAD, and what differs from it (GD1 to GD6). */
import { hash } from 'node:crypto';
import type { Git, Repository } from '../../platform/git.ts';
import { GitFailure, type GitState } from '../../platform/git-failure.ts';
import {
  createHistoryIndex,
  emptyHistory,
  mergeHistory,
  readLog,
  type GitHistory,
  type PathDates,
} from './git-history.ts';
import { createPacer } from '../../platform/pacer.ts';
import { isCovered } from './paths.ts';

/** The history as it is kept for a project between scans (GD4). */
export interface CachedHistory {
  readonly head: string;
  /** What it was read for: entries, place in the repository, depth of the clone. */
  readonly scope: string;
  readonly history: GitHistory;
}

export interface GitDates {
  readonly state: GitState;
  /** Why the state is not `ok`. */
  readonly reason: string | null;
  readonly head: string | null;
  readonly shallow: boolean;
  readonly indexedPaths: number;
  readonly dirtyPaths: number;
  datesOf(path: string): PathDates | undefined;
  /** Modified, staged or untracked. */
  isDirty(path: string): boolean;
  /** What to keep for the next scan, or null when what is kept is still right. */
  readonly cacheToStore: CachedHistory | null;
}

interface ReadOptions {
  readonly git: Git;
  readonly root: string;
  /** Relative to the root. */
  readonly entries: readonly string[];
  readonly cached: CachedHistory | null;
  readonly signal: AbortSignal;
}

/** A history that cannot be read is a state, not an error: documents are indexed all the same (GD10). */
export async function readGitDates(options: ReadOptions): Promise<GitDates> {
  const { git, root, signal } = options;
  const opened = await git.openRepository(root, signal);
  if (opened.state !== 'ok') return withoutDates(opened.state, opened.reason);
  try {
    return await readFrom(opened.repository, options);
  } catch (error) {
    if (error instanceof GitFailure) return withoutDates(error.state, error.message);
    throw error;
  }
}

async function readFrom(repository: Repository, { entries, cached, signal }: ReadOptions): Promise<GitDates> {
  const boundary = repository.readShallowBoundary();
  const scope = toScope(repository, entries, boundary);
  const status = repository.status(entries, signal);
  status.catch(() => undefined); // awaited below, after the history
  const head = await repository.readHead(signal);
  const kept = cached?.scope === scope ? cached : null;
  const history = head === null ? emptyHistory : await readHistory(repository, head, entries, kept, signal);
  const dirty = parseStatus(await status, repository.prefix);
  return {
    state: 'ok',
    reason: null,
    head,
    shallow: boundary !== '',
    indexedPaths: history.paths.length,
    dirtyPaths: dirty.size,
    datesOf: createHistoryIndex(history),
    isDirty: (path) => isCovered(path, dirty),
    cacheToStore: head === null || history === kept?.history ? toMoved(kept, head) : { head, scope, history },
  };
}

/** A HEAD that moved without touching the entries: the same history, kept under the new commit. */
function toMoved(kept: CachedHistory | null, head: string | null): CachedHistory | null {
  return kept === null || head === null || kept.head === head ? null : { ...kept, head };
}

/** Same commit: nothing to read. A descendant: what it adds. Anything else: all of it. */
async function readHistory(
  repository: Repository,
  head: string,
  entries: readonly string[],
  kept: CachedHistory | null,
  signal: AbortSignal,
): Promise<GitHistory> {
  if (kept?.head === head) return kept.history;
  const from = kept !== null && (await repository.isAncestor(kept.head, head, signal)) ? kept.head : null;
  const log = await repository.log({ from, to: head }, entries, signal);
  const read = await readInSlices(log, repository.prefix, signal);
  return kept === null || from === null ? read : mergeHistory(kept.history, read);
}

async function readInSlices(log: string, prefix: string, signal: AbortSignal): Promise<GitHistory> {
  const pacer = createPacer(signal);
  const reading = readLog(log, prefix);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
    if (pacer.isDue()) await pacer.rest();
  }
}

/** Porcelain v2: changed, unmerged and untracked paths. A nested repository is one untracked folder. */
export function parseStatus(status: string, prefix: string): ReadonlySet<string> {
  const dirty = new Set<string>();
  for (const line of status.split('\0')) {
    const path = /^(?:1(?: \S+){7}|2(?: \S+){8}|u(?: \S+){9}|\?) ([^]+)$/.exec(line)?.[1];
    if (path?.startsWith(prefix) === true) dirty.add(path.slice(prefix.length).replace(/\/$/, ''));
  }
  return dirty;
}

function toScope(repository: Repository, entries: readonly string[], boundary: string): string {
  return hash('sha256', JSON.stringify([repository.prefix, entries.toSorted(), boundary])).slice(0, 32);
}

function withoutDates(state: Exclude<GitState, 'ok'>, reason: string): GitDates {
  return {
    state,
    reason,
    head: null,
    shallow: false,
    indexedPaths: 0,
    dirtyPaths: 0,
    datesOf: () => undefined,
    isDirty: () => false,
    cacheToStore: null,
  };
}
