/** Reads a growing log on from where it was left, line by line, in memory that no file can outgrow (SE21, SE22). */
import { hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readlinkSync, readSync, realpathSync } from 'node:fs';
import { isBelow } from './folder-names.ts';
import { toStamp, type LogStamp } from './log-stamp.ts';

/** Where reading stopped, and how to tell that the file is still the same up to there. */
export interface TailPosition {
  /** After the last complete line that was read, or within a line too long to be read. */
  readonly offset: number;
  /** Of the first 4 KiB, or of what lies before the offset if that is less. */
  readonly headHash: string;
  /** Of the last 1 KiB before the offset, or less. */
  readonly tailHash: string;
  /** The offset lies within a line that is passed over. */
  readonly isSkipping: boolean;
}

export interface LineSink {
  push(line: string, offset: number): void;
  skip(offset: number): void;
}

export type OpenedLog =
  | { readonly state: 'open'; readonly tail: LogTail }
  /** Nothing regular is at the path any more. */
  | { readonly state: 'gone' }
  | { readonly state: 'outside' };

const headSize = 4096;
const tailSize = 1024;
const chunkSize = 256 * 1024;

interface TailOptions {
  readonly maxLineBytes: number;
  /** The real folder that the log must lie in. */
  readonly realRoot: string;
}

/** Throws what the file system throws, except that nothing is there. */
export function openLog(path: string, options: TailOptions): OpenedLog {
  let file: number;
  try {
    // O_NONBLOCK: a pipe in the file's place must not block the open until somebody writes to it.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    if (goneCodes.has((error as NodeJS.ErrnoException).code ?? '')) return { state: 'gone' };
    throw error;
  }
  try {
    const stat = fstatSync(file, { bigint: true });
    const isInside = isBelow(toRealPath(path, file), options.realRoot);
    if (stat.isFile() && isInside) {
      return { state: 'open', tail: new LogTail(file, toStamp(stat), options.maxLineBytes) };
    }
    closeSync(file);
    return { state: stat.isFile() ? 'outside' : 'gone' };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** ELOOP: a link stands there, and links are not followed (DX4). */
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

function toRealPath(path: string, file: number): string {
  return process.platform === 'linux' ? readlinkSync(`/proc/self/fd/${file}`) : realpathSync(path);
}

export class LogTail implements Disposable {
  /** Of the file as it was opened: what is appended later is for the next time. */
  readonly stamp: LogStamp;
  readonly #file: number;
  readonly #maxLineBytes: number;
  readonly #chunk: Buffer;
  /** Bytes of the file that were asked for. */
  #bytesRead = 0;
  #readTo = 0;
  #offset = 0;
  #isSkipping = false;
  /** A line whose end has not been seen yet. */
  #open: Buffer[] = [];
  #openLength = 0;
  #head: Buffer = Buffer.alloc(0);
  #headHash: string | null = null;
  #last: Buffer = Buffer.alloc(0);

  constructor(file: number, stamp: LogStamp, maxLineBytes: number) {
    this.#file = file;
    this.stamp = stamp;
    this.#maxLineBytes = maxLineBytes;
    this.#chunk = Buffer.allocUnsafeSlow(Math.max(1, Math.min(chunkSize, stamp.size)));
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  get position(): TailPosition {
    this.#headHash ??= hash('sha256', this.#head);
    const headHash = this.#headHash;
    // A head that is not full yet grows with what is read on.
    if (this.#head.length < headSize && this.#offset < headSize) this.#headHash = null;
    return {
      offset: this.#offset,
      headHash,
      tailHash: hash('sha256', this.#last),
      isSkipping: this.#isSkipping,
    };
  }

  /** Is the file what it was up to the position, so that reading may go on there? Else it begins at 0. */
  resume(position: TailPosition): boolean {
    const { offset } = position;
    if (this.stamp.size < offset) return false;
    const head = this.#readAt(0, Math.min(headSize, offset));
    const last = this.#readAt(Math.max(0, offset - tailSize), Math.min(tailSize, offset));
    const isSame = hash('sha256', head) === position.headHash && hash('sha256', last) === position.tailHash;
    if (!isSame) return false;
    this.#head = head;
    this.#last = last;
    this.#offset = offset;
    this.#readTo = offset;
    this.#isSkipping = position.isSkipping;
    return true;
  }

  /** Takes the next part of the file; false when there is none. */
  readSome(sink: LineSink): boolean {
    const wanted = Math.min(this.#chunk.length, this.stamp.size - this.#readTo);
    if (wanted <= 0) return false;
    const count = readSync(this.#file, this.#chunk, 0, wanted, this.#readTo);
    this.#bytesRead += count;
    if (count === 0) return false;
    this.#readTo += count;
    this.#takeLines(this.#chunk.subarray(0, count), sink);
    return true;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #takeLines(bytes: Buffer, sink: LineSink): void {
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      this.#endLine(bytes.subarray(from, end), sink);
      from = end + 1;
    }
    const consumed = this.#isSkipping ? bytes.length : from;
    this.#pass(bytes.subarray(0, consumed));
    if (consumed < bytes.length) this.#keepOpen(bytes.subarray(from), sink);
  }

  /** `rest` is the end of the line, of which `#open` is the beginning. */
  #endLine(rest: Buffer, sink: LineSink): void {
    const length = this.#openLength + rest.length;
    if (this.#isSkipping) this.#isSkipping = false;
    else if (length > this.#maxLineBytes) sink.skip(this.#offset);
    else sink.push(this.#toText(rest), this.#offset);
    if (this.#openLength > 0) this.#passOpen();
    this.#offset += rest.length + 1;
  }

  #toText(rest: Buffer): string {
    if (this.#openLength === 0) return rest.toString('utf8');
    return Buffer.concat([...this.#open, rest]).toString('utf8');
  }

  #keepOpen(bytes: Buffer, sink: LineSink): void {
    this.#open.push(Buffer.from(bytes));
    this.#openLength += bytes.length;
    if (this.#openLength <= this.#maxLineBytes) return;
    sink.skip(this.#offset);
    this.#passOpen();
    this.#isSkipping = true;
  }

  #passOpen(): void {
    const open = this.#open;
    this.#offset += this.#openLength;
    this.#open = [];
    this.#openLength = 0;
    for (const part of open) this.#remember(part);
  }

  /** `#offset` has moved over complete lines already; over the bytes of one that is passed over it moves here. */
  #pass(bytes: Buffer): void {
    const end = bytes.lastIndexOf(newline) + 1;
    if (this.#isSkipping) this.#offset += bytes.length - end;
    this.#remember(bytes);
  }

  #remember(bytes: Buffer): void {
    if (this.#headHash === null && this.#head.length < headSize) {
      this.#head = Buffer.concat([this.#head, bytes.subarray(0, headSize - this.#head.length)]);
    }
    this.#last =
      bytes.length >= tailSize
        ? Buffer.from(bytes.subarray(bytes.length - tailSize))
        : Buffer.concat([this.#last, bytes]).subarray(-tailSize);
  }

  #readAt(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    const count = readSync(this.#file, bytes, 0, length, offset);
    this.#bytesRead += count;
    return bytes.subarray(0, count);
  }
}

const newline = 0x0a;
