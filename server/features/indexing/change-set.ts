/** Decides from stats alone what has to be read and what is gone; and, once hashed, what has only moved. */
import { baseName, isCovered, isWithin, sortByCodePoint } from './paths.ts';
import { isSameStamp, type FileStamp } from './stamp.ts';
import type { FoundFile } from './walk.ts';

/** What the index holds of a file. Without a stamp (the cache may be lost) the file is read again. */
export interface IndexedFile {
  readonly hash: string;
  readonly stamp: FileStamp | null;
  /** Start of the scan that stored the stamp. */
  readonly scannedAtNs: bigint;
}

export interface ChangeSet {
  readonly unchanged: readonly string[];
  readonly toRead: readonly FoundFile[];
  /** Indexed, and not found: candidates for `planRemovals`. */
  readonly gone: readonly string[];
}

interface Seen {
  readonly files: readonly FoundFile[];
  /** Found, but not readable: neither to be read nor gone. */
  readonly failed: readonly string[];
  /** A batch sees only what lies at or below these; a full walk sees all. */
  readonly scopes?: ReadonlySet<string>;
}

export function planChanges(
  { files, failed, scopes }: Seen,
  indexed: ReadonlyMap<string, IndexedFile>,
  { force }: { readonly force: boolean },
): ChangeSet {
  const unchanged: string[] = [];
  const toRead: FoundFile[] = [];
  for (const file of files) {
    if (!force && isUnchanged(file, indexed.get(file.path))) unchanged.push(file.path);
    else toRead.push(file);
  }
  const present = new Set(failed);
  for (const file of files) present.add(file.path);
  const isInScope = toScopeTest(scopes);
  const gone: string[] = [];
  for (const path of indexed.keys()) if (isInScope(path) && !present.has(path)) gone.push(path);
  return { unchanged, toRead, gone: sortByCodePoint(gone, (path) => path) };
}

/** A saved file is compared with everything that is indexed: a few places are tried one by one, which makes no text. */
const fewPlaces = 8;

function toScopeTest(scopes: ReadonlySet<string> | undefined): (path: string) => boolean {
  if (scopes === undefined) return () => true;
  if (scopes.size > fewPlaces) return (path) => isCovered(path, scopes);
  const places = [...scopes];
  return (path) => places.some((place) => isWithin(path, place));
}

function isUnchanged(file: FoundFile, indexed: IndexedFile | undefined): boolean {
  if (indexed === undefined || indexed.stamp === null) return false;
  return isSameStamp(file.stamp, indexed.stamp, indexed.scannedAtNs);
}

export interface HashedPath {
  readonly path: string;
  readonly hash: string;
}

export interface Move {
  readonly from: string;
  readonly to: string;
}

/** DX11: same bytes at a new path with the old one gone. Equal file names pair first, then sorted paths. */
export function planMoves(added: readonly HashedPath[], gone: readonly HashedPath[]): Move[] {
  const sources = groupByHash(gone);
  const moves: Move[] = [];
  for (const [hash, targets] of groupByHash(added)) {
    const candidates = sources.get(hash);
    if (candidates !== undefined) moves.push(...pair(candidates, targets));
  }
  return sortByCodePoint(moves, (move) => move.to);
}

function groupByHash(files: readonly HashedPath[]): Map<string, string[]> {
  const sorted = sortByCodePoint([...files], (file) => file.path);
  return groupPaths(sorted.map(({ path, hash }) => [hash, path]));
}

function groupByName(paths: readonly string[]): Map<string, string[]> {
  return groupPaths(paths.map((path) => [baseName(path), path]));
}

function groupPaths(pairs: readonly (readonly [key: string, path: string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [key, path] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [path]);
    else group.push(path);
  }
  return groups;
}

/** Both lists are sorted, so the pairs do not depend on the order in which the files were found. */
function pair(sources: readonly string[], targets: readonly string[]): Move[] {
  const moves: Move[] = [];
  const rest = new Set(sources);
  const byName = groupByName(sources);
  const unpaired: string[] = [];
  for (const to of targets) {
    const from = byName.get(baseName(to))?.shift();
    if (from === undefined) unpaired.push(to);
    else {
      rest.delete(from);
      moves.push({ from, to });
    }
  }
  const left = rest.values();
  for (const to of unpaired) {
    const from = left.next();
    if (from.done === true) break;
    moves.push({ from: from.value, to });
  }
  return moves;
}
