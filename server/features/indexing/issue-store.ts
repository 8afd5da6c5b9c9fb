/** Issues by file: opened when found, closed when the file is good or gone (IX1). The only writer of their tables. */
import { randomBytes } from 'node:crypto';
import { and, inArray, isNull, eq, sql } from 'drizzle-orm';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import { severityOf, type FileIssue, type IssueCode, type IssueSource } from '../../../shared/issues.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { issues as issueTable, operationIssues } from '../../db/tables/indexing.ts';

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
  for (const { row, issue } of changes.seen) {
    const { message, column, offset } = issue;
    await tx
      .update(issueTable)
      .set({ message, column, offset, lastSeenAt: at })
      .where(eq(issueTable.id, row.id));
  }
  const resolved = changes.resolved.map((row) => row.id);
  if (resolved.length > 0) {
    await tx.update(issueTable).set({ resolvedAt: at }).where(inArray(issueTable.id, resolved));
  }
  await noteRecorded(tx, operationId, [
    ...inserted.map((row) => row.id),
    ...changes.seen.map(({ row }) => row.id),
  ]);
  return inserted.length > 0 || resolved.length > 0;
}

async function noteRecorded(
  tx: Transaction,
  operationId: OperationId,
  ids: readonly string[],
): Promise<void> {
  for (let from = 0; from < ids.length; from += 1000) {
    const rows = ids.slice(from, from + 1000).map((issueId) => ({ operationId, issueId }));
    await tx.insert(operationIssues).values(rows).onConflictDoNothing();
  }
}

async function listOpen(
  tx: Transaction,
  { projectId, source = 'file' }: IssueScope,
  paths: readonly string[] | null,
): Promise<IssueRow[]> {
  if (paths?.length === 0) return [];
  return await tx
    .select()
    .from(issueTable)
    .where(
      and(
        eq(issueTable.projectId, projectId),
        isNull(issueTable.resolvedAt),
        eq(issueTable.source, source),
        paths === null
          ? undefined
          : sql`${issueTable.filePath} in (select jsonb_array_elements_text(${JSON.stringify(paths)}::jsonb))`,
        // Those of the walk are settled for the whole walk at once; others have no such walk.
        source === 'file'
          ? sql`${issueTable.code} not in (select jsonb_array_elements_text(${JSON.stringify(walkCodes)}::jsonb))`
          : undefined,
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
  const paths = JSON.stringify([...new Set(opened.map((issue) => issue.path))]);
  const rows = await tx
    .select({
      path: issueTable.filePath,
      code: issueTable.code,
      first: sql<string>`min(${issueTable.firstSeenAt})`,
    })
    .from(issueTable)
    .where(
      and(
        eq(issueTable.projectId, projectId),
        sql`${issueTable.filePath} in (select jsonb_array_elements_text(${paths}::jsonb))`,
      ),
    )
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
