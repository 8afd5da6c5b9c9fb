/**
 * Watches one tree on Linux: one inotify watch for each folder instead of each file, and a look at the named file for
 * each notification.
 */
import { lstatSync, readdirSync, watch, type FSWatcher, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ChangeKind, EntrySource, SourceOptions } from './watch-source.ts';

/** As `fs.watch`; a test hands in one that has run out of watches. */
export type OpenWatch = (path: string, heard: (event: string, name: string | null) => void) => FSWatcher;

export function watchFolders(options: SourceOptions, openWatch: OpenWatch = watch): EntrySource {
  return new FolderWatch(options, openWatch);
}

interface Folder {
  readonly watcher: FSWatcher;
  readonly inode: number;
  readonly subfolders: Set<string>;
  /** Files that count, with what was last seen of them: null until the first notification asks. */
  readonly stamps: Map<string, string | null>;
}

/** Work is cut into slices, so that a storm never holds the event loop. */
const sliceMs = 5;

class FolderWatch implements EntrySource {
  readonly ready: Promise<void>;
  readonly #options: SourceOptions;
  readonly #openWatch: OpenWatch;
  readonly #folders = new Map<string, Folder>();
  /** A list that grows while it is worked through: folders found, each with whether its files are news. */
  readonly #toEnter: { path: string; announce: boolean }[] = [];
  #toList: string[] = [];
  #rechecks: (() => void)[] = [];
  readonly #toLookAt = new Set<string>();
  #slice: NodeJS.Immediate | null = null;
  #isClosed = false;
  #becameReady!: () => void;

  constructor(options: SourceOptions, openWatch: OpenWatch) {
    this.#options = options;
    this.#openWatch = openWatch;
    this.ready = new Promise((resolve) => (this.#becameReady = resolve));
    this.#toEnter.push({ path: options.entry, announce: options.announce });
    this.#work();
  }

  /** A folder whose creation was lost in a storm would stay unwatched for ever. */
  async recheck(): Promise<void> {
    if (this.#isClosed) return;
    this.#toList = [...this.#folders.keys()];
    await new Promise<void>((resolve) => {
      this.#rechecks.push(resolve);
      this.#schedule();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#slice !== null) clearImmediate(this.#slice);
    for (const { watcher } of this.#folders.values()) watcher.close();
    this.#folders.clear();
    this.#becameReady();
    this.#endRechecks();
  }

  #endRechecks(): void {
    for (const resolve of this.#rechecks.splice(0)) resolve();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#slice ??= setImmediate(() => {
      this.#slice = null;
      this.#work();
    });
  }

  #work(): void {
    const endsAt = performance.now() + sliceMs;
    while (!this.#isClosed && performance.now() < endsAt) {
      if (!this.#takeStep()) return;
    }
    this.#schedule();
  }

  /** False when nothing is left to do. */
  #takeStep(): boolean {
    const found = this.#toEnter.pop();
    if (found !== undefined) {
      this.#enter(found.path, found.announce);
      return true;
    }
    this.#becameReady();
    const listed = this.#toList.pop();
    if (listed !== undefined) {
      this.#listAgain(listed);
      return true;
    }
    this.#endRechecks();
    const [path] = this.#toLookAt;
    if (path === undefined) return false;
    this.#toLookAt.delete(path);
    this.#lookAt(path);
    return true;
  }

  #enter(path: string, announce: boolean): void {
    const stats = readStats(path);
    if (this.#folders.has(path) || !stats?.isDirectory()) return;
    const watcher = this.#watch(path);
    if (watcher === null) return;

    const folder: Folder = { watcher, inode: stats.ino, subfolders: new Set(), stamps: new Map() };
    this.#folders.set(path, folder);
    this.#folders.get(dirname(path))?.subfolders.add(path);
    // Listed after the watch was set: what appears in between is told twice instead of never.
    for (const { name, isFolder } of list(path)) {
      const child = join(path, name);
      if (this.#options.isIgnored(child, isFolder ? 'folder' : 'file')) continue;
      if (isFolder) this.#toEnter.push({ path: child, announce });
      else folder.stamps.set(name, null);
      if (!isFolder && announce) this.#tell(child, 'added');
    }
  }

  #watch(path: string): FSWatcher | null {
    try {
      const watcher = this.#openWatch(path, (_, name) => this.#hear(path, name));
      watcher.on('error', (error) => this.#options.listener.failed(error));
      return watcher;
    } catch (error) {
      // A folder that has gone again, or may not be read, is found by the walk of the next sync; all else is a failure.
      if (!['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        this.#options.listener.failed(error);
      }
      return null;
    }
  }

  #hear(path: string, name: string | null): void {
    if (this.#isClosed) return;
    this.#options.listener.noticed();
    if (name === null) this.#hearOfAll(path);
    else this.#toLookAt.add(join(path, name));
    // Inotify names a folder that was itself deleted or moved by its own name; nobody watches above the entry.
    if (path === this.#options.entry && (name === null || name === basename(path))) this.#toLookAt.add(path);
    this.#schedule();
  }

  /** The system did not say which name: all that were or are there are looked at. */
  #hearOfAll(path: string): void {
    for (const name of this.#folders.get(path)?.stamps.keys() ?? []) this.#toLookAt.add(join(path, name));
    for (const { name } of list(path)) this.#toLookAt.add(join(path, name));
  }

  /** Tells of nothing: whoever asked for the recheck compares the whole tree afterwards. */
  #listAgain(path: string): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    if (readStats(path)?.ino !== folder.inode) {
      this.#drop(path, () => undefined);
      if (path !== this.#options.entry) this.#toEnter.push({ path, announce: false });
      else this.#toLookAt.add(path);
      return;
    }
    const unseen = new Set(folder.stamps.keys());
    for (const { name, isFolder } of list(path)) {
      unseen.delete(name);
      const child = join(path, name);
      if (this.#folders.has(child) || this.#options.isIgnored(child, isFolder ? 'folder' : 'file')) continue;
      if (isFolder) this.#toEnter.push({ path: child, announce: false });
      else if (!folder.stamps.has(name)) folder.stamps.set(name, null);
    }
    for (const name of unseen) folder.stamps.delete(name);
  }

  #lookAt(path: string): void {
    const stats = readStats(path);
    if (path === this.#options.entry) return this.#lookAtEntry(stats);

    const known = this.#folders.get(path);
    if (known !== undefined && known.inode !== stats?.ino) this.#forget(path);
    if (stats?.isDirectory()) this.#foundFolder(path);
    else this.#foundFile(path, stats);
  }

  #lookAtEntry(stats: Stats | undefined): void {
    if (stats?.isDirectory() && stats.ino === this.#folders.get(this.#options.entry)?.inode) return;
    this.#forget(this.#options.entry);
    this.#options.listener.vanished();
  }

  #foundFolder(path: string): void {
    if (this.#folders.has(path) || this.#options.isIgnored(path, 'folder')) return;
    if (this.#folders.get(dirname(path))?.stamps.delete(basename(path))) this.#tell(path, 'deleted');
    this.#toEnter.push({ path, announce: true });
  }

  #foundFile(path: string, stats: Stats | undefined): void {
    const stamps = this.#folders.get(dirname(path))?.stamps;
    if (stamps === undefined || this.#options.isIgnored(path, 'file')) return;
    const name = basename(path);
    if (stats === undefined) {
      if (stamps.delete(name)) this.#tell(path, 'deleted');
      return;
    }
    const isNew = !stamps.has(name);
    const stamp = toStamp(stats);
    // One save raises several notifications; those that find nothing new are not told.
    if (stamps.get(name) === stamp) return;
    stamps.set(name, stamp);
    this.#tell(path, isNew ? 'added' : 'modified');
  }

  /** A folder that is gone takes everything below with it (WT2). */
  #forget(path: string): void {
    this.#drop(path, (file) => this.#tell(file, 'deleted'));
  }

  #drop(path: string, each: (file: string) => void): void {
    const folder = this.#folders.get(path);
    if (folder === undefined) return;
    folder.watcher.close();
    this.#folders.delete(path);
    this.#folders.get(dirname(path))?.subfolders.delete(path);
    for (const name of folder.stamps.keys()) each(join(path, name));
    for (const subfolder of folder.subfolders) this.#drop(subfolder, each);
  }

  #tell(path: string, change: ChangeKind): void {
    this.#options.listener.changed({ path, change });
  }
}

/** What changes when the content may have: a same-size rewrite with a restored mtime still moves ctime (F7). */
function toStamp({ ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

function readStats(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // ENOTDIR, EACCES: not there for us
  }
}

function list(path: string): { name: string; isFolder: boolean }[] {
  try {
    const found = readdirSync(path, { withFileTypes: true });
    return found.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
  } catch {
    return []; // gone again, or unreadable: the next sync reports it
  }
}
