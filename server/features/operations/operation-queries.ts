/** Lists of operations and of the issues they recorded (OP29, OP33). */
import { and, desc, eq, gte, inArray, lt, lte, sql, type SQL } from 'drizzle-orm';
import type { IssueCode, IssueSeverity } from '../../../shared/issues.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { IssueRecord, OperationRecord } from '../../../shared/operations.ts';
import { listWaiting } from '../../core/lane-queue.ts';
import { toRecord, type OperationRow } from '../../core/operation-record.ts';
import { listPhases } from '../../core/operation-store.ts';
import type { Queryable } from '../../db/open.ts';
import { issues, operationIssues } from '../../db/tables/indexing.ts';
import { operations } from '../../db/tables/operations.ts';

export interface OperationFilter {
  readonly projectId: string | null;
  readonly kind: readonly string[] | undefined;
  readonly status: readonly string[] | undefined;
  readonly trigger: readonly string[] | undefined;
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly active: boolean | undefined;
}

/** Newest first; `before` is the id the last page ended with. */
export async function listOperationRows(
  queryable: Queryable,
  filter: OperationFilter,
  page: { limit: number; before: string | null },
): Promise<OperationRow[]> {
  const { projectId, kind, status, trigger, since, until, active } = filter;
  const conditions: (SQL | undefined)[] = [
    projectId === null ? undefined : eq(operations.projectId, projectId),
    anyOf(operations.kind, kind),
    anyOf(operations.status, status),
    anyOf(operations.trigger, trigger),
    since === undefined ? undefined : gte(operations.queuedAt, new Date(since)),
    until === undefined ? undefined : lte(operations.queuedAt, new Date(until)),
    active === true ? sql`${operations.status} in ('queued', 'running')` : undefined,
    active === false ? sql`${operations.status} not in ('queued', 'running')` : undefined,
    page.before === null ? undefined : lt(operations.id, page.before),
  ];
  return await queryable
    .select()
    .from(operations)
    .where(and(...conditions))
    .orderBy(desc(operations.id))
    .limit(page.limit);
}

type TextColumn = typeof operations.kind | typeof operations.status | typeof operations.trigger;

function anyOf(column: TextColumn, values: readonly string[] | undefined): SQL | undefined {
  if (values === undefined) return undefined;
  return values.length === 0 ? sql`false` : inArray(column as typeof operations.kind, [...values]);
}

export async function toRecords(
  queryable: Queryable,
  rows: readonly OperationRow[],
  options: { withPhases: boolean; now: Date },
): Promise<OperationRecord[]> {
  const ids = rows.map((row) => row.id);
  const [phases, waiting] = await Promise.all([
    options.withPhases ? listPhases(queryable, ids) : null,
    listWaiting(queryable, rows, options.now),
  ]);
  return rows.map((row) => {
    const waitingFor = waiting.get(row.id);
    return toRecord(row, {
      now: options.now,
      ...(phases === null ? {} : { phases: phases.get(row.id) ?? [] }),
      ...(waitingFor === undefined ? {} : { waitingFor }),
    });
  });
}

export interface IssueFilter {
  readonly severity: readonly IssueSeverity[] | undefined;
  readonly code: readonly IssueCode[] | undefined;
  readonly open?: boolean | undefined;
}

const rank = sql`case ${issues.severity} when 'error' then 0 when 'warning' then 1 else 2 end`;
const byPlace = sql`(${rank}, ${issues.filePath} collate "C", coalesce(${issues.line}, 0), ${issues.id})`;

type Owner = { readonly operationId: string } | { readonly projectId: string };

/** By severity, path and line; `after` is the place (`placeOf`) the last page ended at. */
export async function listIssues(
  queryable: Queryable,
  owner: Owner,
  filter: IssueFilter,
  page: { limit: number; after: readonly string[] | null },
): Promise<IssueRecord[]> {
  const { after } = page;
  const rows = await queryable
    .select()
    .from(issues)
    .where(
      and(
        'operationId' in owner
          ? inArray(
              issues.id,
              queryable
                .select({ id: operationIssues.issueId })
                .from(operationIssues)
                .where(eq(operationIssues.operationId, owner.operationId)),
            )
          : eq(issues.projectId, owner.projectId),
        filter.severity === undefined ? undefined : inArray(issues.severity, [...filter.severity]),
        filter.code === undefined ? undefined : inArray(issues.code, [...filter.code]),
        filter.open === true ? sql`${issues.resolvedAt} is null` : undefined,
        filter.open === false ? sql`${issues.resolvedAt} is not null` : undefined,
        after === null
          ? undefined
          : sql`${byPlace} > (${Number(after[0])}::int, ${after[1] ?? ''}::text collate "C", ${Number(after[2])}::int, ${after[3] ?? ''}::text)`,
      ),
    )
    .orderBy(rank, sql`${issues.filePath} collate "C"`, sql`coalesce(${issues.line}, 0)`, issues.id)
    .limit(page.limit);
  return rows.map((row) => toIssueRecord(row));
}

/** Where an issue stands in the order of the list. */
export function placeOf({ severity, path, line, id }: IssueRecord): readonly string[] {
  return [{ error: '0', warning: '1', notice: '2' }[severity], path, String(line ?? 0), id];
}

export function toIssueRecord(row: typeof issues.$inferSelect): IssueRecord {
  const { id, filePath, code, severity, message, line, column, offset } = row;
  return {
    id,
    path: filePath,
    code,
    message,
    severity,
    line,
    column,
    offset,
    firstSeenAt: toTimestamp(row.firstSeenAt),
    lastSeenAt: toTimestamp(row.lastSeenAt),
    resolvedAt: row.resolvedAt === null ? null : toTimestamp(row.resolvedAt),
  };
}
