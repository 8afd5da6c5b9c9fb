/** Backups in memory, for tests: written from a database, read back, put into another. */
import { readBackup, type BackupPart } from '../../server/db/backup/read-backup.ts';
import { replaceDatabase, type ReplaceOptions } from '../../server/db/backup/replace-database.ts';
import { writeBackup } from '../../server/db/backup/write-backup.ts';
import type { BackupHeader } from '../../server/db/backup/backup-file.ts';

export const madeAt = new Date('2026-11-21T12:00:00.000Z');

export async function takeBackup(url: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeBackup({ target: url, program: '0.0.0-test', madeAt })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** In pieces of that size, wherever they fall. */
export async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function readAll(bytes: Buffer, size?: number): Promise<BackupPart[]> {
  const parts: BackupPart[] = [];
  for await (const part of readBackup(inPieces(bytes, size))) parts.push(part);
  return parts;
}

export const putBackup = (
  url: string,
  bytes: Buffer,
  options: Partial<ReplaceOptions> = {},
): Promise<BackupHeader> =>
  replaceDatabase({
    target: url,
    parts: readBackup(inPieces(bytes)),
    replaces: false,
    settle: async () => undefined,
    onTable: () => undefined,
    ...options,
  });
