/** Reads whole files as they were at one moment (DX9), and only files that really lie in their project (GU6). */
import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import { codeOf, describeError, isGone } from './io-errors.ts';
import { isWithin } from './paths.ts';
import { areEqualStamps, toStamp, type FileStamp } from './stamp.ts';

export type FileRead =
  | { readonly outcome: 'read'; readonly bytes: Buffer; readonly hash: string; readonly stamp: FileStamp }
  | { readonly outcome: 'failed'; readonly issue: FileIssue }
  /** It was written to at every try: the next batch reads it, and what was indexed stays. */
  | { readonly outcome: 'changing'; readonly issue: FileIssue }
  /** Nothing regular is at the path any more. */
  | { readonly outcome: 'gone' };

export interface FileReader {
  /** `bytes` lie in a buffer that the next read reuses: decode or copy them first. */
  read(path: string, signal: AbortSignal): Promise<FileRead>;
  /** One try, without a turn of the event loop: the fast path for a file at rest, which `read` takes first. */
  readNow(path: string): FileRead;
}

interface ReaderOptions {
  readonly root: string;
  readonly maxDocumentBytes: number;
  readonly followSymlinks: boolean;
}

const retries = 3;
const betweenTriesMs = 50;
const firstCapacity = 256 * 1024;

/** One buffer for all files: twice as fast as a fresh one for each. */
export function createFileReader({ root, maxDocumentBytes, followSymlinks }: ReaderOptions): FileReader {
  let buffer = Buffer.allocUnsafeSlow(firstCapacity);
  let realRoot: string | undefined;
  // Without O_NONBLOCK a pipe that took the file's place would block the open until somebody writes to it.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (followSymlinks ? 0 : constants.O_NOFOLLOW);

  async function read(path: string, signal: AbortSignal): Promise<FileRead> {
    let result = readNow(path);
    for (let retry = 0; retry < retries && result.outcome === 'changing'; retry += 1) {
      await setTimeout(betweenTriesMs, undefined, { signal });
      result = readNow(path);
    }
    return result;
  }

  function readNow(path: string): FileRead {
    let file: number;
    try {
      file = openSync(`${root}/${path}`, flags);
    } catch (error) {
      // ELOOP: a link stands there now, and links are not followed
      if (isGone(error) || codeOf(error) === 'ELOOP') return { outcome: 'gone' };
      return failed(path, 'UNREADABLE', describeError(error));
    }
    try {
      return readOpen(path, file);
    } catch (error) {
      return failed(path, 'UNREADABLE', describeError(error));
    } finally {
      closeSync(file);
    }
  }

  function readOpen(path: string, file: number): FileRead {
    const before = fstatSync(file, { bigint: true });
    if (!before.isFile()) return { outcome: 'gone' };
    if (before.size > maxDocumentBytes)
      return failed(path, 'TOO_LARGE', `${before.size} bytes, over the limit of ${maxDocumentBytes}`);
    realRoot ??= realpathSync(root);
    if (!isWithin(toRealPath(path, file), realRoot))
      return failed(path, 'UNREADABLE', 'its real path lies outside the project');

    const size = Number(before.size);
    const length = fill(file, size);
    const stamp = toStamp(before);
    const isStable = length === size && areEqualStamps(stamp, toStamp(fstatSync(file, { bigint: true })));
    if (!isStable)
      return {
        outcome: 'changing',
        issue: toFileIssue(path, 'STILL_CHANGING', 'it changed while it was read'),
      };
    const bytes = buffer.subarray(0, length);
    return { outcome: 'read', bytes, hash: hash('sha256', bytes), stamp };
  }

  /** Asks for one byte more than expected, so that growth shows; a regular file that gives less has ended. */
  function fill(file: number, size: number): number {
    if (buffer.length <= size) buffer = Buffer.allocUnsafeSlow(Math.max(size + 1, 2 * buffer.length));
    let length = 0;
    for (;;) {
      const count = readSync(file, buffer, length, size + 1 - length, null);
      length += count;
      if (count === 0 || length >= size) return length;
    }
  }

  /** Linux says where an open file really lies; elsewhere its path is resolved once more. */
  function toRealPath(path: string, file: number): string {
    return process.platform === 'linux'
      ? readlinkSync(`/proc/self/fd/${file}`)
      : realpathSync(`${root}/${path}`);
  }

  return { read, readNow };
}

function failed(path: string, code: 'UNREADABLE' | 'TOO_LARGE', message: string): FileRead {
  return { outcome: 'failed', issue: toFileIssue(path, code, message) };
}
