/** What a backup file is made of: gzipped text, the rows as Postgres copies them, between lines that say what they are. */
import { z } from 'zod';

/*
 *   \.{"file":"syncline-backup","format":1,"schema":…,"epoch":…,"head":…,"tables":[…]}
 *   \.{"table":"projects","columns":["id",…]}
 *   …rows, a line each: no row begins with `\.`, because COPY writes a backslash as two
 *   \.{"end":"projects","rows":3,"sha256":"…"}
 *   …
 *   \.{"end":"backup","rows":1234,"sha256":"…"}     of all lines before it that begin with `\.`
 *   \.{"key":"…","sha256":"…"}                       only when the key was asked for
 *
 * Tables come in the order in which they can be filled: what is referred to before what refers to it.
 */
export const backupFormat = 1;

export const lineStart = '\\.';

const Digest = z.string().regex(/^[\da-f]{64}$/);
const Count = z.number().int().min(0);

export const BackupHeader = z.object({
  file: z.literal('syncline-backup'),
  format: z.number().int().positive(),
  program: z.string(),
  /** The newest migration of the database. */
  schema: z.object({ tag: z.string(), when: z.number().int() }),
  epoch: z.string(),
  head: Count,
  madeAt: z.string(),
  tables: z.array(z.string()),
  /** The last number that each sequence gave. */
  sequences: z.array(z.object({ name: z.string(), last: z.string().regex(/^-?\d+$/) })),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

export const TableStart = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export type TableStart = z.infer<typeof TableStart>;

export const TableEnd = z.object({ end: z.string(), rows: Count, sha256: Digest });
export type TableEnd = z.infer<typeof TableEnd>;

export const BackupKey = z.object({ key: Digest, sha256: Digest });
export type BackupKey = z.infer<typeof BackupKey>;

/** What `end` says of the whole file. */
export const wholeBackup = 'backup';

export type BackupLine = BackupHeader | TableStart | TableEnd | BackupKey;

export const toLine = (line: BackupLine): string => `${lineStart}${JSON.stringify(line)}\n`;

/** The file is not whole, was changed, or is none. */
export class BackupBroken extends Error {
  override readonly name = 'BackupBroken';
}
