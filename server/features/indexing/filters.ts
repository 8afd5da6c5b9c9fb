/** Which paths are documents: the one rule that walks, path batches and the watcher share (DX1, DX2, DC1). */
import { baseName, isWithin } from './paths.ts';

/** A folder of the project's `paths`, relative to the root (`.` is the root itself). */
export interface Entry {
  readonly path: string;
  readonly kind: 'docs' | 'progress';
}

/** Why a path inside the project is no document (OP27.3). */
export type IgnoredReason =
  'outside_entries' | 'suffix' | 'index_file' | 'editor_file' | 'skipped_folder' | 'symlink' | 'not_a_file';

export type Indexable =
  | { readonly indexable: true; readonly entry: Entry }
  | { readonly indexable: false; readonly reason: IgnoredReason };

/** Would a regular file at this path be a document? Says nothing about what is on the disk. */
export function isIndexable(path: string, entries: readonly Entry[]): Indexable {
  const entry = findEntry(path, entries);
  if (entry === undefined || entry.path === path) return { indexable: false, reason: 'outside_entries' };
  const name = baseName(path);
  const folders = segmentsBelow(path, entry.path).slice(0, -1);
  if (folders.some(isSkippedFolder)) return { indexable: false, reason: 'skipped_folder' };
  const reason = whyNoDocument(name);
  return reason === null ? { indexable: true, entry } : { indexable: false, reason };
}

/** The entry a path belongs to: the longest that contains it (DX1). */
export function findEntry(path: string, entries: readonly Entry[]): Entry | undefined {
  let longest: Entry | undefined;
  for (const entry of entries) {
    if (isWithin(path, entry.path) && isLonger(entry, longest)) longest = entry;
  }
  return longest;
}

/** Is a folder walked, seen from the entry that contains it? An entry itself is, even if its name is hidden. */
export function isWalkedFolder(path: string, entry: Entry): boolean {
  return !segmentsBelow(path, entry.path).some(isSkippedFolder);
}

/** Why a file of this name is no document, or null if it is one. */
export function whyNoDocument(name: string): IgnoredReason | null {
  if (!name.endsWith('.md')) return 'suffix';
  if (name === '_index.md') return 'index_file';
  if (name.startsWith('.#')) return 'editor_file';
  return null;
}

/** Tool caches other than `__pycache__` have names that begin with a dot. */
const skippedFolders = new Set(['node_modules', '__pycache__', '__pypackages__', 'dist', 'build', '.eggs']);

export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || skippedFolders.has(name);
}

function isLonger(entry: Entry, than: Entry | undefined): boolean {
  return than === undefined || than.path === '.' || entry.path.length > than.path.length;
}

function segmentsBelow(path: string, folder: string): string[] {
  if (path === folder) return [];
  return (folder === '.' ? path : path.slice(folder.length + 1)).split('/');
}
