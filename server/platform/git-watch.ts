/** Tells when a commit, a checkout or a fetch moved what a checkout stands on (GD5). */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Subject, debounceTime, filter, map, merge, share, type Observable } from 'rxjs';
import { readHeadFile } from './git-head.ts';
import { watchTree, type TreeWatch } from './watcher.ts';
import type { NodeKind } from './watch-source.ts';

export interface GitDirs {
  /** Where HEAD and the index of this checkout are. */
  readonly gitDir: string;
  /** Where its branches are: the same folder, but for a linked worktree. */
  readonly commonDir: string;
}

export interface HeadWatch extends AsyncDisposable {
  /** Another commit is checked out, or git alone could say whether it is. */
  readonly moved$: Observable<void>;
  readonly errors$: TreeWatch['errors$'];
  readonly ready: Promise<void>;
  /** To be called when notifications may have been lost. */
  recheck(): void;
}

/** A rebase moves HEAD many times in a row. */
const headQuietMs = 100;

export function watchHead(dirs: GitDirs, pollMs: number | null): HeadWatch {
  const entries = [...new Set([dirs.gitDir, dirs.commonDir])];
  const tree = watchTree({
    entries,
    pollMs,
    isIgnored: (path, kind) => !entries.some((entry) => isHeadOrBranch(relative(entry, path), kind)),
  });
  const hasMoved = followHead(dirs);
  const rechecks = new Subject<void>();
  return {
    moved$: merge(tree.changes$, rechecks).pipe(
      debounceTime(headQuietMs),
      filter(() => hasMoved()),
      map(() => undefined),
      share(),
    ),
    errors$: tree.errors$,
    ready: tree.ready,
    recheck: () => rechecks.next(),
    async [Symbol.asyncDispose]() {
      rechecks.complete();
      await tree[Symbol.asyncDispose]();
    },
  };
}

/** Asked again and again, says whether HEAD is at another commit than when it was asked last. */
export function followHead(dirs: GitDirs): () => boolean {
  let last = readHeadFile(dirs);
  return () => {
    const before = last;
    last = readHeadFile(dirs);
    return last === undefined || last !== before;
  };
}

/** Locks are git's own scaffolding, taken away before anything has moved (WT6). */
export function isHeadOrBranch(path: string, kind: NodeKind): boolean {
  if (kind === 'folder') return /^(refs|refs\/heads(\/.*)?|reftable)$/.test(path);
  return /^(HEAD|packed-refs|refs\/heads\/.+|reftable\/.+)$/.test(path) && !path.endsWith('.lock');
}

/** Where git keeps the checkout that holds `root`; null outside of one. */
export function findGitDirs(root: string): GitDirs | null {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const found = readGitDirs(join(folder, '.git'));
    if (found !== null) return found;
    if (dirname(folder) === folder) return null;
  }
}

/**
 * True while git holds the index, unless it has for so long that the lock is a leftover or a person's open editor: a
 * flood of changes says that it is neither. The clock may have been set since the lock was made.
 */
export function isGitBusy({ gitDir }: GitDirs, nowMs: number, isFlooded = false): boolean {
  const lockedAt = statSync(join(gitDir, 'index.lock'), { throwIfNoEntry: false })?.mtimeMs;
  if (lockedAt === undefined) return false;
  return Math.abs(nowMs - lockedAt) < (isFlooded ? longestCheckoutMs : longestLockMs);
}

const longestLockMs = 10_000;
const longestCheckoutMs = 5 * 60_000;

function readGitDirs(path: string): GitDirs | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (stats.isDirectory()) return { gitDir: path, commonDir: path };

  const pointer = /^gitdir: (.+)$/m.exec(readText(path))?.[1];
  if (pointer === undefined) return null;
  const gitDir = resolve(dirname(path), pointer);
  const common = readText(join(gitDir, 'commondir')).trim();
  return { gitDir, commonDir: common === '' ? gitDir : resolve(gitDir, common) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
