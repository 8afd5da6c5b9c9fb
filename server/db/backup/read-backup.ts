/** Reads the text of a backup and holds it to what it says of itself: counts, digests, an end. */
import { createHash, type Hash } from 'node:crypto';
import type { z } from 'zod';
import {
  BackupBroken,
  backupFormat,
  BackupHeader,
  BackupKey,
  lineStart,
  TableEnd,
  TableStart,
  toLine,
  wholeBackup,
} from './backup-file.ts';
import { countLines } from './write-backup.ts';

export type BackupPart =
  | { readonly kind: 'header'; readonly header: BackupHeader }
  | { readonly kind: 'table'; readonly table: TableStart }
  /** Whole lines. */
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  /** Its rows were as many as they should be, and unchanged. */
  | { readonly kind: 'table-end'; readonly end: TableEnd }
  | { readonly kind: 'end'; readonly end: TableEnd }
  | { readonly kind: 'key'; readonly key: string };

/** Throws `BackupBroken` at the first thing that is not as it should be; ends only after a whole backup. */
export async function* readBackup(text: AsyncIterable<Uint8Array>): AsyncGenerator<BackupPart, void, void> {
  const check = new BackupCheck();
  for await (const block of toBlocks(text)) {
    const part = block.isLine ? check.line(block.bytes) : check.rows(block.bytes);
    yield part;
  }
  check.close();
}

class BackupCheck {
  readonly #whole = createHash('sha256');
  #header: BackupHeader | null = null;
  #open: { name: string; rows: number; digest: Hash } | null = null;
  #tables = 0;
  #rows = 0;
  #hasEnded = false;

  line(bytes: Buffer): BackupPart {
    const content = parseLine(bytes);
    if (this.#hasEnded) return this.#key(content);
    if (this.#header === null) return this.#begin(content, bytes);
    if (isRecord(content) && 'table' in content) return this.#openTable(content, bytes);
    const end = parse(TableEnd, content);
    return end.end === wholeBackup && this.#open === null ? this.#end(end) : this.#closeTable(end, bytes);
  }

  rows(bytes: Buffer): BackupPart {
    if (this.#header === null) throw new BackupBroken('This is not a backup of Syncline.');
    if (this.#open === null) throw new BackupBroken('The backup has rows that belong to no table.');
    this.#open.digest.update(bytes);
    this.#open.rows += countLines(bytes);
    return { kind: 'rows', bytes };
  }

  close(): void {
    if (this.#header === null) throw new BackupBroken('The file is empty: it is not a backup of Syncline.');
    if (!this.#hasEnded) throw new BackupBroken('The backup has no end: the file was cut off.');
  }

  #begin(content: unknown, bytes: Buffer): BackupPart {
    const format = isRecord(content) ? content.format : undefined;
    if (typeof format === 'number' && format > backupFormat) {
      throw new BackupBroken(
        `The backup was made by a newer version of Syncline (format ${format}): restore it with that version.`,
      );
    }
    const header = BackupHeader.safeParse(content);
    if (!header.success) throw new BackupBroken('This is not a backup of Syncline.');
    this.#whole.update(bytes);
    this.#header = header.data;
    return { kind: 'header', header: header.data };
  }

  #openTable(content: unknown, bytes: Buffer): BackupPart {
    const table = parse(TableStart, content);
    const expected = this.#header?.tables[this.#tables];
    if (this.#open !== null || table.table !== expected) {
      throw new BackupBroken(
        `The backup has the table ${table.table} where ${expected ?? 'its end'} was to be.`,
      );
    }
    this.#whole.update(bytes);
    this.#open = { name: table.table, rows: 0, digest: createHash('sha256') };
    return { kind: 'table', table };
  }

  #closeTable(end: TableEnd, bytes: Buffer): BackupPart {
    const open = this.#open;
    if (open === null || open.name !== end.end)
      throw new BackupBroken(`The backup ends ${end.end} too early.`);
    if (open.rows !== end.rows) {
      throw new BackupBroken(`The table ${end.end} has ${open.rows} rows where ${end.rows} were written.`);
    }
    if (open.digest.digest('hex') !== end.sha256) {
      throw new BackupBroken(`The rows of the table ${end.end} are not those that were written.`);
    }
    this.#whole.update(bytes);
    this.#open = null;
    this.#tables += 1;
    this.#rows += end.rows;
    return { kind: 'table-end', end };
  }

  #end(end: TableEnd): BackupPart {
    if (this.#tables !== this.#header?.tables.length || this.#rows !== end.rows) {
      throw new BackupBroken('The backup ends before all its tables have come.');
    }
    if (this.#whole.digest('hex') !== end.sha256)
      throw new BackupBroken('The backup is not as it was written.');
    this.#hasEnded = true;
    return { kind: 'end', end };
  }

  #key(content: unknown): BackupPart {
    const { key, sha256 } = parse(BackupKey, content);
    if (createHash('sha256').update(key).digest('hex') !== sha256) {
      throw new BackupBroken('The key in the backup is not the one that was written.');
    }
    return { kind: 'key', key };
  }
}

/** The line of a key, for a file whose backup is complete. */
export const toKeyLine = (key: string): string =>
  toLine({ key, sha256: createHash('sha256').update(key).digest('hex') });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function parse<T>(schema: z.ZodType<T>, content: unknown): T {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new BackupBroken('The backup has a line that says nothing this version understands.');
}

function parseLine(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').slice(lineStart.length));
  } catch {
    throw new BackupBroken('The backup has a line that cannot be read.');
  }
}

interface Block {
  readonly isLine: boolean;
  readonly bytes: Buffer;
}

const newline = 0x0a;
const innerStart = Buffer.from(`\n${lineStart}`);
/** No row of ours is longer; a file of one endless line must not fill the memory. */
const longestLine = 1_100_000_000;

/** Cuts the text into lines that begin with `\.` and blocks of whole lines between them. */
async function* toBlocks(text: AsyncIterable<Uint8Array>): AsyncGenerator<Block> {
  let kept: Buffer[] = [];
  let keptSize = 0;
  for await (const chunk of text) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const cut = bytes.lastIndexOf(newline) + 1;
    if (cut === 0) {
      kept.push(bytes);
      keptSize += bytes.length;
      if (keptSize > longestLine) throw new BackupBroken('This is not a backup of Syncline.');
      continue;
    }
    yield* splitLines(Buffer.concat([...kept, bytes.subarray(0, cut)]));
    kept = [bytes.subarray(cut)];
    keptSize = bytes.length - cut;
  }
  if (keptSize > 0) throw new BackupBroken('The backup ends in the middle of a line: the file was cut off.');
}

function* splitLines(bytes: Buffer): Generator<Block> {
  let at = 0;
  while (at < bytes.length) {
    if (bytes.subarray(at, at + lineStart.length).toString('latin1') === lineStart) {
      const end = bytes.indexOf(newline, at) + 1;
      yield { isLine: true, bytes: bytes.subarray(at, end) };
      at = end;
      continue;
    }
    const next = bytes.indexOf(innerStart, at);
    const end = next === -1 ? bytes.length : next + 1;
    yield { isLine: false, bytes: bytes.subarray(at, end) };
    at = end;
  }
}
