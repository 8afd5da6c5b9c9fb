/** One operation beside an earlier one of its kind: what took longer, and what it changed (OP35). */
import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import type { Comparison } from '../../../shared/api/operations.ts';
import { AppError } from '../../../shared/failure.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { EventOf } from '../../../shared/events/index.ts';
import type { OperationRow } from '../../core/operation-record.ts';
import { findOperation } from '../../core/operation-store.ts';
import type { Queryable } from '../../db/open.ts';
import { journal } from '../../db/tables/journal.ts';
import { operations } from '../../db/tables/operations.ts';

const pathsShown = 200;

/** The one asked for, else the newest earlier completed one with the same project, kind and options. */
export async function findBaseline(
  queryable: Queryable,
  operation: OperationRow,
  wanted: string | undefined,
): Promise<OperationRow | null> {
  if (wanted !== undefined) return await requireComparable(queryable, operation, wanted);
  const same = (option: string) =>
    sql`${operations.options} -> ${option} is not distinct from ${JSON.stringify(operation.options[option] ?? null)}::jsonb`;
  const isSync = operation.kind === 'full_sync';
  const [row] = await queryable
    .select()
    .from(operations)
    .where(
      and(
        eq(operations.projectId, operation.projectId ?? ''),
        eq(operations.kind, operation.kind),
        eq(operations.status, 'completed'),
        lt(operations.id, operation.id),
        isSync ? same('force') : undefined,
        isSync ? same('rebuildLinks') : undefined,
      ),
    )
    .orderBy(desc(operations.id))
    .limit(1);
  return row ?? null;
}

async function requireComparable(
  queryable: Queryable,
  operation: OperationRow,
  id: string,
): Promise<OperationRow> {
  const row = await findOperation(queryable, id);
  if (row === undefined) throw new AppError('NOT_FOUND', `Operation ${id} not found`);
  if (row.kind === operation.kind && row.projectId === operation.projectId) return row;
  const reason = 'is of another kind or project';
  throw new AppError('VALIDATION_ERROR', `query.with: ${reason}`, {
    details: [{ path: 'query.with', reason }],
  });
}

/** From records with their phases. */
export function compare(
  current: OperationRecord,
  baseline: OperationRecord | null,
  documents: Comparison['changes']['documents'],
): Comparison {
  const before = new Map((baseline?.phases ?? []).map((phase) => [phase.name, phase.durationMs]));
  const names = new Set([...Object.keys(current.counters), ...Object.keys(baseline?.counters ?? {})]);
  const countersBefore: Record<string, number | undefined> | undefined = baseline?.counters;
  const countersNow: Record<string, number | undefined> = current.counters;
  return {
    operation: current.id,
    baseline: baseline?.id ?? null,
    phases: (current.phases ?? []).map(({ name, durationMs }) => {
      const figures = difference(durationMs, before.get(name) ?? null);
      return { name, durationMs, baselineMs: figures.baseline, deltaMs: figures.delta, ratio: figures.ratio };
    }),
    counters: [...names].toSorted().map((name) => {
      const value = countersNow[name] ?? 0;
      const figures = difference(value, baseline === null ? null : (countersBefore?.[name] ?? 0));
      return { name, value, baseline: figures.baseline, delta: figures.delta };
    }),
    durationMs: difference(current.durationMs, baseline?.durationMs ?? null),
    changes: { documents },
  };
}

function difference(value: number, baseline: number | null) {
  if (baseline === null) return { value, baseline: null, delta: null, ratio: null };
  const ratio = baseline === 0 ? null : Math.round((value / baseline) * 1000) / 1000;
  return { value, baseline, delta: value - baseline, ratio };
}

/** What the operation's events say it changed, the first paths of each. */
export async function readDocumentChanges(
  queryable: Queryable,
  operationId: string,
): Promise<Comparison['changes']['documents']> {
  const rows = await queryable
    .select({ data: journal.data })
    .from(journal)
    .where(and(eq(journal.operationId, operationId), eq(journal.type, 'documents:changed')))
    .orderBy(asc(journal.seq));
  const pages = rows.map((row) => row.data as EventOf<'documents:changed'>['data']);
  const pathsOf = (kind: 'added' | 'updated' | 'removed') =>
    [...new Set(pages.flatMap((page) => page[kind].map((document) => document.path)))].slice(0, pathsShown);
  return { added: pathsOf('added'), updated: pathsOf('updated'), removed: pathsOf('removed') };
}
