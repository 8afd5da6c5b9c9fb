/** One walk through folders of a project: what is below them, with a stat of every document. */
import { lstatSync, readdirSync, realpathSync, statSync, type BigIntStats, type Dirent } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import { isSkippedFolder, whyNoDocument, type Entry } from './filters.ts';
import { describeError, isGone } from './io-errors.ts';
import { createPacer } from '../../platform/pacer.ts';
import { isWithin, joinPath } from './paths.ts';
import { toBirthNs, toStamp, type FileStamp } from './stamp.ts';

export interface FoundFile {
  readonly path: string;
  readonly entry: string;
  readonly entryKind: Entry['kind'];
  readonly stamp: FileStamp;
  /** 0 where the system does not say. */
  readonly birthNs: bigint;
}

export interface WalkOptions {
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly maxDocumentBytes: number;
  readonly followSymlinks: boolean;
  readonly onProgress?: (walked: number) => void;
  readonly signal: AbortSignal;
}

export interface Findings {
  readonly files: FoundFile[];
  /** Documents that are there and cannot be indexed; what was indexed of them stays (IX1). */
  readonly failed: string[];
  readonly issues: FileIssue[];
  /** Nothing below these was seen, so nothing below them may be removed (DX15). */
  readonly unreadableDirs: string[];
  /** Markdown files seen, `_index.md` among them. */
  walked: number;
  indexFiles: number;
  foldersSeen: number;
}

export interface Walker {
  readonly findings: Findings;
  /** Everything below a folder, except what belongs to a longer entry. */
  walkFolder(folder: string, entry: Entry): Promise<void>;
  /** One file that the filters let through. */
  addFile(path: string, entry: Entry): void;
  /** Gives the event loop a turn when it is due. */
  pause(): Promise<void> | undefined;
}

/**
 * Plain synchronous calls in short slices: about as fast as a bare stat walk, while asynchronous ones cost a
 * multiple of it.
 */
export function createWalker({
  root,
  entries,
  maxDocumentBytes,
  followSymlinks,
  onProgress,
  signal,
}: WalkOptions): Walker {
  const findings: Findings = {
    files: [],
    failed: [],
    issues: [],
    unreadableDirs: [],
    walked: 0,
    indexFiles: 0,
    foldersSeen: 0,
  };
  const { files, issues } = findings;
  const pacer = createPacer(signal, () => onProgress?.(findings.walked));
  const entryPaths = new Set(entries.map((entry) => entry.path));
  const visited = new Set<string>();
  const toAbsolute = (path: string) => (path === '.' ? root : `${root}/${path}`);

  async function walkFolder(start: string, entry: Entry): Promise<void> {
    const folders = [start];
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      const children = readFolder(folder);
      const below: string[] = [];
      for (const child of children) {
        const path = visit(folder, child, entry);
        if (path !== undefined) below.push(path);
        if (pacer.isDue()) await pacer.rest();
      }
      for (const path of below.toReversed()) folders.push(path);
    }
  }

  /** Takes in a file; answers the path of a folder that is to be walked too. */
  function visit(parent: string, child: Dirent, entry: Entry): string | undefined {
    const { name } = child;
    if (child.isDirectory()) return isSkippedFolder(name) ? undefined : toFolder(joinPath(parent, name));
    if (child.isSymbolicLink()) return visitLink(joinPath(parent, name), name, entry);
    const reason = whyNoDocument(name);
    if (reason === null) visitFile(joinPath(parent, name), child, entry);
    if (reason === 'index_file' && child.isFile()) {
      findings.walked += 1;
      findings.indexFiles += 1;
    }
    return undefined;
  }

  function visitFile(path: string, child: Dirent, entry: Entry): void {
    if (child.isFile()) addFile(path, entry);
    else issues.push(toFileIssue(path, 'NOT_A_FILE', 'not a regular file'));
  }

  function toFolder(path: string): string | undefined {
    return entryPaths.has(path) ? undefined : path;
  }

  function visitLink(path: string, name: string, entry: Entry): string | undefined {
    const target = readTarget(path);
    const isFolder = target?.isDirectory() ?? false;
    const wouldCount = isFolder ? !isSkippedFolder(name) : whyNoDocument(name) === null;
    if (!wouldCount) return undefined;
    if (!followSymlinks || target === undefined || !staysInside(path)) {
      issues.push(toFileIssue(path, 'SYMLINK_SKIPPED', 'symbolic links are not followed'));
      return undefined;
    }
    if (isFolder) return toFolder(path);
    if (target.isFile()) addFile(path, entry);
    else issues.push(toFileIssue(path, 'NOT_A_FILE', 'not a regular file'));
    return undefined;
  }

  function readTarget(path: string): BigIntStats | undefined {
    try {
      return statSync(toAbsolute(path), { bigint: true });
    } catch {
      return undefined; // a link to nothing, or to nothing we may see
    }
  }

  function staysInside(path: string): boolean {
    return isWithin(realpathSync(toAbsolute(path)), realpathSync(root));
  }

  function addFile(path: string, entry: Entry): void {
    const stat = readStat(path);
    if (stat === undefined) return;
    findings.walked += 1;
    if (stat.size > maxDocumentBytes)
      return fail(path, 'TOO_LARGE', `${stat.size} bytes, over the limit of ${maxDocumentBytes}`);
    files.push({
      path,
      entry: entry.path,
      entryKind: entry.kind,
      stamp: toStamp(stat),
      birthNs: toBirthNs(stat),
    });
  }

  function readStat(path: string): BigIntStats | undefined {
    try {
      return followSymlinks
        ? statSync(toAbsolute(path), { bigint: true })
        : lstatSync(toAbsolute(path), { bigint: true });
    } catch (error) {
      if (isGone(error)) return undefined;
      findings.walked += 1;
      fail(path, 'UNREADABLE', describeError(error));
      return undefined;
    }
  }

  function fail(path: string, code: 'TOO_LARGE' | 'UNREADABLE' | 'PATH_ENCODING', message: string): void {
    findings.failed.push(path);
    issues.push(toFileIssue(path, code, message));
  }

  function readFolder(folder: string): Dirent[] {
    const absolute = toAbsolute(folder);
    try {
      if (!isFirstVisit(absolute)) return [];
      findings.foldersSeen += 1;
      const children = readdirSync(absolute, { withFileTypes: true });
      return children.some((child) => child.name.includes('\ufffd'))
        ? withoutBadNames(folder, children)
        : children;
    } catch (error) {
      if (isGone(error)) return [];
      findings.unreadableDirs.push(folder);
      issues.push(toFileIssue(folder, 'UNREADABLE_DIR', describeError(error)));
      return [];
    }
  }

  /** Bounds the walk where a mount or a followed link leads back (DX4). */
  function isFirstVisit(absolute: string): boolean {
    const { dev, ino } = statSync(absolute, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (visited.has(identity)) return false;
    visited.add(identity);
    return true;
  }

  /** A decoded name with a replacement character may be a good name, or bytes that no path can be made of (DX5). */
  function withoutBadNames(folder: string, children: readonly Dirent[]): Dirent[] {
    const goodNames = new Set<string>();
    for (const child of readdirSync(toAbsolute(folder), { withFileTypes: true, encoding: 'buffer' })) {
      if (isUtf8(child.name)) goodNames.add(child.name.toString());
      else reportBadName(folder, child);
    }
    return children.filter((child) => goodNames.has(child.name));
  }

  function reportBadName(folder: string, child: Dirent<Buffer>): void {
    const name = escapeBytes(child.name);
    const path = joinPath(folder, name);
    const message = 'the name is not UTF-8';
    if (child.isDirectory() && !isSkippedFolder(name))
      issues.push(toFileIssue(path, 'PATH_ENCODING', message));
    if (!child.isFile() || whyNoDocument(name) !== null) return;
    findings.walked += 1;
    fail(path, 'PATH_ENCODING', message);
  }

  return { findings, walkFolder, addFile, pause: () => (pacer.isDue() ? pacer.rest() : undefined) };
}

/** Good characters as they are, every other byte as `\xE9`: readable, and distinct for distinct names. */
function escapeBytes(name: Buffer): string {
  let text = '';
  for (let start = 0; start < name.length;) {
    const length = [1, 2, 3, 4].find(
      (size) => start + size <= name.length && isUtf8(name.subarray(start, start + size)),
    );
    text +=
      length === undefined
        ? `\\x${name
            .subarray(start, start + 1)
            .toString('hex')
            .toUpperCase()}`
        : name.subarray(start, start + length).toString();
    start += length ?? 1;
  }
  return text;
}
