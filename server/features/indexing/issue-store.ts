/** Issues by file: opened when found, closed when the file is good or gone (IX1). The only writer of their tables. */
import { randomBytes } from 'node:crypto';
import { and, inArray, isNull, eq, ne, notInArray, sql } from 'drizzle-orm';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import { severityOf, type FileIssue, type IssueCode, type IssueSource } from '../../../shared/issues.ts';
import { anyOf, toTextArray } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { issues as issueTable } from '../../db/tables/indexing.ts';

export type IssueRow = typeof issueTable.$inferSelect;

/** Found by the walk, not by reading a file: settled for the whole walk at once. */
export const walkCodes: readonly IssueCode[] = [
  'UNREADABLE_DIR',
  'SYMLINK_SKIPPED',
  'NOT_A_FILE',
  'PATH_ENCODING',
];

export interface IssueChanges {
  readonly opened: readonly FileIssue[];
  /** Still there: only seen again. */
  readonly seen: readonly { readonly row: IssueRow; readonly issue: FileIssue }[];
  readonly resolved: readonly IssueRow[];
}

/** One place of one code is one issue; what is no longer found is resolved. */
export function planIssues(open: readonly IssueRow[], found: readonly FileIssue[]): IssueChanges {
  const byKey = new Map(open.map((row) => [keyOf({ ...row, path: row.filePath }), row]));
  const opened: FileIssue[] = [];
  const seen: { row: IssueRow; issue: FileIssue }[] = [];
  const taken = new Set<string>();
  for (const issue of found) {
    const key = keyOf(issue);
    if (taken.has(key)) continue;
    taken.add(key);
    const row = byKey.get(key);
    if (row === undefined) opened.push(issue);
    else seen.push({ row, issue });
  }
  return {
    opened,
    seen,
    resolved: open.filter((row) => !taken.has(keyOf({ ...row, path: row.filePath }))),
  };
}

/** Where no line tells two issues of one code apart, what they say does. */
const keyOf = ({
  path,
  code,
  line,
  message,
}: Pick<FileIssue, 'path' | 'code' | 'line' | 'message'>): string => `${path}\0${code}\0${line ?? message}`;

export interface IssueScope {
  readonly projectId: ProjectId;
  readonly operationId: OperationId;
  readonly at: Date;
  /** Issues that others found in the same files are none of its business. */
  readonly source?: IssueSource;
}

/** Settles the issues of files that were looked at, null for all. True when an issue was opened or resolved. */
export async function recordIssues(
  tx: Transaction,
  scope: IssueScope,
  paths: readonly string[] | null,
  found: readonly FileIssue[],
): Promise<boolean> {
  return await applyIssues(tx, scope, planIssues(await listOpen(tx, scope, paths), found));
}

export async function applyIssues(
  tx: Transaction,
  scope: IssueScope,
  changes: IssueChanges,
): Promise<boolean> {
  const { projectId, operationId, at, source = 'file' } = scope;
  const firstSeen = await findFirstSeen(tx, projectId, changes.opened);
  const inserted = changes.opened.map((issue) => ({
    id: `i_${randomBytes(8).toString('hex')}`,
    projectId,
    filePath: issue.path,
    source,
    code: issue.code,
    severity: severityOf[issue.code],
    message: issue.message,
    line: issue.line,
    column: issue.column,
    offset: issue.offset,
    firstSeenAt: firstSeen.get(`${issue.path}\0${issue.code}`) ?? at,
    lastSeenAt: at,
  }));
  for (let from = 0; from < inserted.length; from += 500) {
    await tx.insert(issueTable).values(inserted.slice(from, from + 500));
  }
  await noteSeen(tx, changes.seen, at);
  const resolved = changes.resolved.map((row) => row.id);
  if (resolved.length > 0) {
    await tx
      .update(issueTable)
      .set({ resolvedAt: at })
      .where(sql`${issueTable.id} = ${anyOf(resolved)}`);
  }
  await noteRecorded(tx, operationId, [
    ...inserted.map((row) => row.id),
    ...changes.seen.map(({ row }) => row.id),
  ]);
  return inserted.length > 0 || resolved.length > 0;
}

async function noteSeen(tx: Transaction, seen: IssueChanges['seen'], at: Date): Promise<void> {
  if (seen.length === 0) return;
  const ids = seen.map(({ row }) => row.id);
  await tx.execute(
    sql`update issues set last_seen_at = ${at.toISOString()}::timestamptz(3) where id = ${anyOf(ids)}`,
  );
  for (const { row, issue } of seen) {
    const { message, column, offset } = issue;
    if (row.message === message && row.column === column && row.offset === offset) continue;
    await tx.update(issueTable).set({ message, column, offset }).where(eq(issueTable.id, row.id));
  }
}

async function noteRecorded(
  tx: Transaction,
  operationId: OperationId,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.execute(sql`
    insert into operation_issues (operation_id, issue_id)
    select ${operationId}, id from unnest(${toTextArray(ids)}) as recorded (id)
    on conflict do nothing`);
}

async function listOpen(
  tx: Transaction,
  { projectId, source = 'file' }: IssueScope,
  paths: readonly string[] | null,
): Promise<IssueRow[]> {
  if (paths?.length === 0) return [];
  const isUnresolved = isNull(issueTable.resolvedAt);
  return await tx
    .select()
    .from(issueTable)
    .where(
      and(
        eq(issueTable.projectId, projectId),
        eq(issueTable.source, source),
        // Wrapped, so that the index of paths is taken and never that of all that is open.
        paths === null
          ? isUnresolved
          : sql`${issueTable.filePath} = ${anyOf(paths)} and (${isUnresolved}) is true`,
        // Those of the walk are settled for the whole walk at once; others have no such walk.
        source === 'file' ? notInArray(issueTable.code, [...walkCodes]) : undefined,
      ),
    );
}

/** When this path first had this code, in whatever operation (OP33). */
async function findFirstSeen(
  tx: Transaction,
  projectId: ProjectId,
  opened: readonly FileIssue[],
): Promise<Map<string, Date>> {
  if (opened.length === 0) return new Map();
  const paths = [...new Set(opened.map((issue) => issue.path))];
  const rows = await tx
    .select({
      path: issueTable.filePath,
      code: issueTable.code,
      first: sql<string>`min(${issueTable.firstSeenAt})`,
    })
    .from(issueTable)
    .where(and(eq(issueTable.projectId, projectId), sql`${issueTable.filePath} = ${anyOf(paths)}`))
    .groupBy(issueTable.filePath, issueTable.code);
  return new Map(rows.map((row) => [`${row.path}\0${row.code}`, new Date(row.first)]));
}

export async function listOpenWalkIssues(queryable: Queryable, projectId: ProjectId): Promise<IssueRow[]> {
  return await queryable
    .select()
    .from(issueTable)
    .where(
      and(
        eq(issueTable.projectId, projectId),
        isNull(issueTable.resolvedAt),
        eq(issueTable.source, 'file'),
        inArray(issueTable.code, [...walkCodes]),
      ),
    );
}

/** Errors and warnings. */
export async function countOpenIssues(queryable: Queryable, projectId: ProjectId): Promise<number> {
  const { resolvedAt, severity } = issueTable;
  const isOpen = and(eq(issueTable.projectId, projectId), isNull(resolvedAt), ne(severity, 'notice'));
  return await queryable.$count(issueTable, isOpen);
}

/**
 * Null where the operation has neither found nor resolved any: what it resolved is known by the time alone, and an hour
 * is allowed to a clock that goes back.
 */
export async function recountOpenIssues(
  queryable: Queryable,
  { projectId, operationId }: Pick<IssueScope, 'projectId' | 'operationId'>,
): Promise<number | null> {
  const [row] = await queryable.execute<{ count: string | null }>(sql`
    select case when exists (select from operation_issues where operation_id = ${operationId}) or exists (
      select from issues where project_id = ${projectId}
        and resolved_at >= (select started_at from operations where id = ${operationId}) - interval '1 hour'
    ) then (
      select count(*) from issues
      where project_id = ${projectId} and resolved_at is null and severity <> 'notice'
    ) end as count`);
  return row?.count == null ? null : Number(row.count);
}

export interface OpenIssues {
  /** Errors and warnings. */
  readonly count: number;
  readonly failedFiles: number;
  readonly firstFailures: readonly { readonly path: string; readonly message: string }[];
}

export async function readOpenIssues(queryable: Queryable, projectId: ProjectId): Promise<OpenIssues> {
  const [row] = await queryable.execute<{
    count: string;
    failed: string;
    first: { path: string; message: string }[] | null;
  }>(sql`
    with open as (
      select file_path, severity, message, code from issues
      where project_id = ${projectId} and resolved_at is null and severity <> 'notice'
    ), failures as (
      select file_path as path, min(message) as message from open
      where severity = 'error' and code <> 'UNREADABLE_DIR' group by file_path
    )
    select (select count(*) from open) as count, (select count(*) from failures) as failed,
      (select json_agg(f) from (select * from failures order by path collate "C" limit 5) f) as first`);
  return {
    count: Number(row?.count ?? 0),
    failedFiles: Number(row?.failed ?? 0),
    firstFailures: row?.first ?? [],
  };
}

/**
 * Forgets issues that were resolved so long ago, and what operations that are forgotten had recorded; at most `batch`
 * of each. Answers how many.
 */
export async function pruneIssues(
  queryable: Queryable,
  { days, batch }: { readonly days: number; readonly batch: number },
): Promise<number> {
  const resolved = await queryable.execute(sql`
    delete from issues where id in (
      select id from issues where resolved_at < now() - make_interval(days => ${days}) limit ${batch})`);
  const recorded = await queryable.execute(sql`
    delete from operation_issues where ctid = any(array(
      select r.ctid from operation_issues r
      where not exists (select from operations o where o.id = r.operation_id) limit ${batch}))`);
  return resolved.count + recorded.count;
}
