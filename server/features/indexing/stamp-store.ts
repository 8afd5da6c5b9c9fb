/** Stat stamps by path: the only writer of their table, a cache that may be lost (DX8). */
import { sql } from 'drizzle-orm';
import type { ProjectId } from '../../../shared/ids.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { IndexedFile } from './change-set.ts';
import type { FileStamp } from './stamp.ts';

export interface KnownFile extends IndexedFile {
  /** A row of the index stands for this path. */
  readonly isIndexed: boolean;
  /** The bytes with this hash could not be indexed. */
  readonly failed: boolean;
}

export interface StampRow {
  readonly path: string;
  readonly hash: string;
  readonly stamp: FileStamp;
  readonly failed: boolean;
}

/** Every indexed or failing file of a project. */
export async function loadKnownFiles(
  queryable: Queryable,
  projectId: ProjectId,
): Promise<Map<string, KnownFile>> {
  const rows = await queryable.execute<{
    path: string;
    hash: string;
    is_indexed: boolean;
    size: string | null;
    mtime_ns: string;
    ctime_ns: string;
    ino: string;
    scanned_at_ns: string;
    failed: boolean | null;
  }>(sql`
    select coalesce(d.file_path, s.file_path) as path, coalesce(s.hash, d.file_hash) as hash,
      d.file_path is not null as is_indexed,
      s.size, s.mtime_ns, s.ctime_ns, s.ino, s.scanned_at_ns, s.failed
    from (select file_path, file_hash from documents where project_id = ${projectId}) d
    full join (select * from file_stamps where project_id = ${projectId}) s on s.file_path = d.file_path`);
  return new Map(
    rows.map((row) => [
      row.path,
      {
        hash: row.hash,
        isIndexed: row.is_indexed,
        failed: row.failed ?? false,
        scannedAtNs: BigInt(row.scanned_at_ns ?? 0),
        stamp:
          row.size === null
            ? null
            : {
                size: Number(row.size),
                mtimeNs: BigInt(row.mtime_ns),
                ctimeNs: BigInt(row.ctime_ns),
                ino: BigInt(row.ino),
              },
      },
    ]),
  );
}

export async function saveStamps(
  tx: Transaction,
  projectId: ProjectId,
  scannedAtNs: bigint,
  rows: readonly StampRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(({ path, hash, stamp, failed }) => ({
    file_path: path,
    hash,
    size: stamp.size,
    mtime_ns: String(stamp.mtimeNs),
    ctime_ns: String(stamp.ctimeNs),
    ino: String(stamp.ino),
    failed,
  }));
  await tx.execute(sql`
    insert into file_stamps (project_id, file_path, hash, size, mtime_ns, ctime_ns, ino, scanned_at_ns, failed)
    select ${projectId}, file_path, hash, size, mtime_ns, ctime_ns, ino, ${String(scannedAtNs)}::bigint, failed
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
      as t (file_path text, hash text, size bigint, mtime_ns bigint, ctime_ns bigint, ino bigint, failed boolean)
    on conflict (project_id, file_path) do update set hash = excluded.hash, size = excluded.size,
      mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, ino = excluded.ino,
      scanned_at_ns = excluded.scanned_at_ns, failed = excluded.failed`);
}

export async function removeStamps(
  tx: Transaction,
  projectId: ProjectId,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  await tx.execute(sql`
    delete from file_stamps where project_id = ${projectId}
      and file_path = ${anyOf(paths)}`);
}

/** In memory what a row without its stamp is in the database: read again the next time it is found. */
export function forgetStamp(known: Map<string, KnownFile>, path: string): void {
  const file = known.get(path);
  if (file?.isIndexed === true) known.set(path, { ...file, stamp: null });
  else known.delete(path);
}
