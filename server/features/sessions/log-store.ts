/** Where reading of each log stands: the only writer of its table (SE21, SE22). */
import { sql } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { KeptIssue } from './log-issues.ts';
import type { LogStamp } from './log-stamp.ts';
import type { TailPosition } from './log-tail.ts';
import type { SessionPiece } from './session-piece.ts';
import type { Agent, ReaderState } from './read/reading.ts';

/** Joins the transaction of the rows that were read: rows and offset commit together. */
export async function savePositions(
  tx: Transaction,
  projectId: string,
  scannedAtNs: bigint,
  pieces: readonly SessionPiece[],
): Promise<void> {
  const rows = pieces.map((piece) => ({
    session_id: piece.log.sessionId,
    path: piece.log.path,
    folder: piece.log.folder,
    // Of a log that was not read to its end no stamp stands for all of it.
    ...toStampColumns(piece.log.stamp, piece.isLast ? scannedAtNs : 0n),
    inputs: piece.inputs,
    offset: piece.position.offset,
    head_hash: piece.position.headHash,
    tail_hash: piece.position.tailHash,
    is_skipping: piece.position.isSkipping,
    read_with: piece.readWith,
    state: piece.state,
    issues: piece.issues,
  }));
  await tx.execute(sql`
    insert into session_logs (project_id, session_id, path, folder, size, mtime_ns, ctime_ns, ino, scanned_at_ns,
      inputs, "offset", head_hash, tail_hash, is_skipping, read_with, state, issues)
    select ${projectId}, session_id, path, folder, size, mtime_ns, ctime_ns, ino, scanned_at_ns,
      inputs, "offset", head_hash, tail_hash, is_skipping, read_with, state, issues
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb) as row (session_id text, path text, folder text,
      size bigint, mtime_ns bigint, ctime_ns bigint, ino bigint, scanned_at_ns bigint, inputs text,
      "offset" bigint, head_hash text, tail_hash text, is_skipping boolean, read_with text, state jsonb, issues jsonb)
    on conflict (project_id, session_id) do update set path = excluded.path, folder = excluded.folder,
      size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns, ino = excluded.ino,
      scanned_at_ns = excluded.scanned_at_ns, inputs = excluded.inputs, "offset" = excluded."offset",
      head_hash = excluded.head_hash, tail_hash = excluded.tail_hash, is_skipping = excluded.is_skipping,
      read_with = excluded.read_with, state = excluded.state, issues = excluded.issues`);
}

const toStampColumns = (stamp: LogStamp, scannedAtNs: bigint) => ({
  size: stamp.size,
  mtime_ns: String(stamp.mtimeNs),
  ctime_ns: String(stamp.ctimeNs),
  ino: String(stamp.ino),
  scanned_at_ns: String(scannedAtNs),
});

/** A log that was looked into and found as it was: a cache, no part of the index (DX8). */
export async function saveStamps(
  tx: Transaction,
  projectId: string,
  scannedAtNs: bigint,
  logs: readonly { readonly sessionId: string; readonly stamp: LogStamp }[],
): Promise<void> {
  const rows = logs.map(({ sessionId, stamp }) => ({ sessionId, ...toStampColumns(stamp, scannedAtNs) }));
  await tx.execute(sql`
    update session_logs log set size = row.size, mtime_ns = row.mtime_ns, ctime_ns = row.ctime_ns, ino = row.ino,
      scanned_at_ns = row.scanned_at_ns
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb) as row ("sessionId" text, size bigint, mtime_ns bigint,
      ctime_ns bigint, ino bigint, scanned_at_ns bigint)
    where log.project_id = ${projectId} and log.session_id = row."sessionId"`);
}

export async function saveIssues(
  tx: Transaction,
  projectId: string,
  sessionId: string,
  issues: readonly KeptIssue[],
): Promise<void> {
  await tx.execute(sql`
    update session_logs set issues = ${toStorableJson(issues)}::jsonb
    where project_id = ${projectId} and session_id = ${sessionId}`);
}

/** What is known of a log before it is looked at. */
export interface KnownLog {
  readonly sessionId: string;
  readonly agent: Agent;
  readonly path: string;
  readonly folder: string;
  readonly stamp: Omit<LogStamp, 'birthNs'>;
  readonly scannedAtNs: bigint;
  readonly inputs: string;
  readonly readWith: string;
  readonly cwd: string | null;
  readonly title: string;
  readonly goneAt: Date | null;
  readonly issues: readonly KeptIssue[];
}

/** Those of `paths` and of what lies below them; null for all of a project. */
export async function loadKnownLogs(
  queryable: Queryable,
  projectId: string,
  paths: readonly string[] | null,
): Promise<KnownLog[]> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select log.session_id, log.path, log.folder, log.size, log.mtime_ns, log.ctime_ns, log.ino, log.scanned_at_ns,
      log.inputs, log.read_with, log.issues, session.agent, session.cwd, session.title, session.source_gone_at as gone_at
    from session_logs log join sessions session on session.project_id = log.project_id and session.id = log.session_id
    where log.project_id = ${projectId} and ${
      paths === null
        ? sql`true`
        : sql`exists (select from jsonb_array_elements_text(${toStorableJson(paths)}::jsonb) as wanted (path)
            where log.path = wanted.path or starts_with(log.path, wanted.path || '/'))`
    }`);
  return rows.map((row) => ({
    sessionId: String(row.session_id),
    agent: row.agent as Agent,
    path: String(row.path),
    folder: String(row.folder),
    stamp: {
      size: Number(row.size),
      mtimeNs: BigInt(String(row.mtime_ns)),
      ctimeNs: BigInt(String(row.ctime_ns)),
      ino: BigInt(String(row.ino)),
    },
    scannedAtNs: BigInt(String(row.scanned_at_ns)),
    inputs: String(row.inputs),
    readWith: String(row.read_with),
    cwd: row.cwd as string | null,
    title: String(row.title),
    goneAt: row.gone_at === null ? null : new Date(row.gone_at as string),
    issues: row.issues as KeptIssue[],
  }));
}

/** Where reading goes on. */
export interface Progress {
  readonly position: TailPosition;
  readonly state: ReaderState;
  readonly maskedSecrets: number;
  readonly recordCount: number;
}

export async function loadProgress(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, Progress>> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select log.session_id, log."offset", log.head_hash, log.tail_hash, log.is_skipping, log.state,
      session.masked_secrets, session.record_count
    from session_logs log join sessions session on session.project_id = log.project_id and session.id = log.session_id
    where log.project_id = ${projectId} and log.session_id = ${anyOf(sessionIds)}`);
  return new Map(
    rows.map((row) => [
      String(row.session_id),
      {
        position: {
          offset: Number(row.offset),
          headHash: String(row.head_hash),
          tailHash: String(row.tail_hash),
          isSkipping: row.is_skipping === true,
        },
        state: row.state as ReaderState,
        maskedSecrets: Number(row.masked_secrets),
        recordCount: Number(row.record_count),
      },
    ]),
  );
}

export async function removeLogRows(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from session_logs where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}`);
}
