/** Looks at given paths only, as a batch of the watcher or of `sync-paths` names them (OP27.2). */
import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import { findEntry, isIndexable, isWalkedFolder, type Entry, type IgnoredReason } from './filters.ts';
import { toFileIssue } from '../../../shared/issues.ts';
import { describeError, isGone } from './io-errors.ts';
import { folderOf, isCovered, isWithin, sortByCodePoint } from './paths.ts';
import { inspectPlaces, type Places } from './places.ts';
import { createWalker, type Findings, type WalkOptions } from './walk.ts';

export interface PathDiscovery extends Readonly<Findings>, Places {
  /** Paths with nothing there. What was indexed at or below them is gone; a `reason` says why nothing could be. */
  readonly missing: readonly { readonly path: string; readonly reason: IgnoredReason | null }[];
  readonly ignored: readonly { readonly path: string; readonly reason: IgnoredReason }[];
  /** Whatever is indexed at or below one of these and was not found is gone. */
  readonly scopes: ReadonlySet<string>;
}

/** `paths` are relative to the root, as `confine` gives them; whatever was said of them, the disk is the truth. */
export async function discoverPaths(
  options: WalkOptions & { readonly paths: readonly string[] },
): Promise<PathDiscovery> {
  const { root, entries, followSymlinks, signal } = options;
  signal.throwIfAborted();
  const places = inspectPlaces(root, entries, followSymlinks);
  const walker = createWalker(options);
  const missing: { path: string; reason: IgnoredReason | null }[] = [];
  const ignored: { path: string; reason: IgnoredReason }[] = [];
  const scopes = new Set<string>();
  const walkedFolders = new Set<string>();
  const lookAt = createLook(root, followSymlinks);

  for (const path of sortByCodePoint([...new Set(options.paths)], (text) => text)) {
    await walker.pause();
    const seen = lookAt(path);
    scopes.add(path);
    switch (seen.kind) {
      case 'missing':
        missing.push({ path, reason: reasonFor(path, entries) });
        break;
      case 'unreadable':
        walker.findings.unreadableDirs.push(path);
        walker.findings.issues.push(toFileIssue(path, 'UNREADABLE', describeError(seen.error)));
        break;
      case 'folder':
        if (!(await walkBelow(path))) ignored.push({ path, reason: reasonForFolder(path) });
        break;
      case 'file':
      case 'symlink':
      case 'not_a_file':
        takeIn(path, seen.kind);
        break;
      default:
        seen satisfies never;
    }
  }
  sortByCodePoint(walker.findings.files, (file) => file.path);
  return { ...walker.findings, ...places, missing, ignored, scopes };

  function takeIn(path: string, kind: 'file' | 'symlink' | 'not_a_file'): void {
    const verdict = isIndexable(path, entries);
    if (!verdict.indexable) ignored.push({ path, reason: verdict.reason });
    else if (kind !== 'file') ignored.push({ path, reason: kind });
    else if (!isCovered(path, walkedFolders)) walker.addFile(path, verdict.entry);
  }

  async function walkBelow(folder: string): Promise<boolean> {
    const own = findEntry(folder, entries);
    const nested = entries.filter((entry) => entry.path !== folder && isWithin(entry.path, folder));
    const isWalked = own !== undefined && isWalkedFolder(folder, own);
    if (isWalked) await walker.walkFolder(folder, own);
    if (isWalked || nested.length > 0) walkedFolders.add(folder);
    for (const entry of nested) {
      if (lookAt(entry.path).kind === 'folder') await walker.walkFolder(entry.path, entry);
    }
    return isWalked || nested.length > 0;
  }

  function reasonForFolder(folder: string): IgnoredReason {
    return findEntry(folder, entries) === undefined ? 'outside_entries' : 'skipped_folder';
  }
}

function reasonFor(path: string, entries: readonly Entry[]): IgnoredReason | null {
  const verdict = isIndexable(path, entries);
  return verdict.indexable ? null : verdict.reason;
}

type Seen =
  | { readonly kind: 'missing' | 'folder' | 'file' | 'symlink' | 'not_a_file' }
  | { readonly kind: 'unreadable'; readonly error: unknown };

/** Says what stands at a path, with a link anywhere on the way to it counted as a link. */
function createLook(root: string, followSymlinks: boolean): (path: string) => Seen {
  const folders = new Map<string, Seen>();

  function lookAt(path: string): Seen {
    if (path === '.') return look(path);
    const parent = lookAtFolder(folderOf(path));
    if (parent.kind === 'folder') return look(path);
    return parent.kind === 'symlink' || parent.kind === 'unreadable' ? parent : { kind: 'missing' };
  }

  function lookAtFolder(folder: string): Seen {
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const seen = lookAt(folder);
    folders.set(folder, seen);
    return seen;
  }

  function look(path: string): Seen {
    const absolute = path === '.' ? root : `${root}/${path}`;
    try {
      const stat = lstatSync(absolute);
      if (!stat.isSymbolicLink()) return { kind: kindOf(stat) };
      const isFollowed = followSymlinks && isWithin(realpathSync(absolute), realpathSync(root));
      return { kind: isFollowed ? kindOf(statSync(absolute)) : 'symlink' };
    } catch (error) {
      return isGone(error) ? { kind: 'missing' } : { kind: 'unreadable', error };
    }
  }

  return lookAt;
}

function kindOf(stat: Stats): 'folder' | 'file' | 'not_a_file' {
  if (stat.isDirectory()) return 'folder';
  return stat.isFile() ? 'file' : 'not_a_file';
}
