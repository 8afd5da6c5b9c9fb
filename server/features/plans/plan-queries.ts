/** Lists of features and tasks, page by page (DR1). */
import { and, asc, eq, gt, sql, type SQL } from 'drizzle-orm';
import type {
  FeatureItem,
  PlanPhase,
  PlanStatus,
  PlanTask,
  Readiness,
  TaskStatus,
} from '../../../shared/views/plan.ts';
import type { Queryable } from '../../db/open.ts';
import { featurePhases, features, tasks } from '../../db/tables/plans.ts';

type StoredFeature = typeof features.$inferSelect;

export interface FeatureFilter {
  readonly status: string | undefined;
  readonly readiness: string | undefined;
  readonly category: string | undefined;
  readonly q: string | undefined;
}

export interface TaskFilter {
  readonly status: string | undefined;
  readonly feature: string | undefined;
  readonly phase: string | undefined;
  readonly source: string | undefined;
}

interface Page {
  readonly limit: number;
  readonly after: readonly string[] | null;
}

interface Found<T> {
  readonly items: T[];
  readonly total: number;
  /** Where the next page begins; null at the end. */
  readonly next: readonly string[] | null;
}

export async function listFeaturePage(
  queryable: Queryable,
  projectId: string,
  filter: FeatureFilter,
  { limit, after }: Page,
): Promise<Found<FeatureItem>> {
  const condition = toFeatureCondition(projectId, filter);
  const rows = await queryable
    .select()
    .from(features)
    .where(and(condition, after === null ? undefined : gt(features.id, after[0] ?? '')))
    .orderBy(asc(features.id))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toFeatureItem),
    total: await queryable.$count(features, condition),
    next: rows.length > limit && last !== undefined ? [last.id] : null,
  };
}

function toFeatureCondition(
  projectId: string,
  { status, readiness, category, q }: FeatureFilter,
): SQL | undefined {
  // strpos, not like: what is sought may hold `%` and `_`.
  const sought = sql`lower(${q ?? ''}::text)`;
  return and(
    eq(features.projectId, projectId),
    status === undefined ? undefined : eq(features.status, status),
    readiness === undefined ? undefined : eq(features.readiness, readiness),
    category === undefined ? undefined : eq(features.category, category),
    q === undefined
      ? undefined
      : sql`(strpos(lower(${features.name}), ${sought}) > 0 or strpos(lower(${features.id}), ${sought}) > 0)`,
  );
}

export async function findFeature(
  queryable: Queryable,
  projectId: string,
  id: string,
): Promise<StoredFeature | undefined> {
  const [row] = await queryable
    .select()
    .from(features)
    .where(and(eq(features.projectId, projectId), eq(features.id, id)));
  return row;
}

export function toFeatureItem(row: StoredFeature): FeatureItem {
  const { id, name, baseSlug, category, conflict, coverage, documentCount } = row;
  const { batches: _batches, relations: _relations, documents: _documents, ...facts } = row.facts;
  return {
    id,
    name,
    baseSlug,
    category,
    conflict,
    coverage,
    documentCount,
    status: row.status as PlanStatus,
    readiness: row.readiness as Readiness,
    ...facts,
  };
}

export async function listPhases(
  queryable: Queryable,
  projectId: string,
  featureId: string,
): Promise<PlanPhase[]> {
  const { phase, title, status, totalTasks, completedTasks, deferredTasks, progress, sourcePath } =
    featurePhases;
  const rows = await queryable
    .select({ phase, title, status, totalTasks, completedTasks, deferredTasks, progress, sourcePath })
    .from(featurePhases)
    .where(and(eq(featurePhases.projectId, projectId), eq(featurePhases.featureId, featureId)))
    .orderBy(asc(featurePhases.position));
  return rows.map((row) => ({ ...row, status: row.status as PlanStatus }));
}

/** In the order of their sources. */
export async function listTaskPage(
  queryable: Queryable,
  projectId: string,
  filter: TaskFilter,
  { limit, after }: Page,
): Promise<Found<PlanTask>> {
  const condition = toTaskCondition(projectId, filter);
  const rows = await queryable
    .select()
    .from(tasks)
    .where(and(condition, isAfter(after)))
    .orderBy(asc(tasks.sourcePath), asc(tasks.position))
    .limit(limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toPlanTask),
    total: await queryable.$count(tasks, condition),
    next: rows.length > limit && last !== undefined ? [last.sourcePath, String(last.position)] : null,
  };
}

export async function listTasksOf(
  queryable: Queryable,
  projectId: string,
  featureId: string,
): Promise<PlanTask[]> {
  const rows = await queryable
    .select()
    .from(tasks)
    .where(and(eq(tasks.projectId, projectId), eq(tasks.featureId, featureId)))
    .orderBy(asc(tasks.sourcePath), asc(tasks.position));
  return rows.map(toPlanTask);
}

function toTaskCondition(projectId: string, { status, feature, phase, source }: TaskFilter): SQL | undefined {
  return and(
    eq(tasks.projectId, projectId),
    status === undefined ? undefined : eq(tasks.status, status),
    feature === undefined ? undefined : eq(tasks.featureId, feature),
    phase === undefined ? undefined : eq(tasks.phase, phase),
    source === undefined ? undefined : eq(tasks.sourcePath, source),
  );
}

function isAfter(after: readonly string[] | null): SQL | undefined {
  if (after === null) return undefined;
  const [source = '', text = ''] = after;
  const position = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return sql`(${tasks.sourcePath}, ${tasks.position}) > (${source}::text collate "C", ${position}::integer)`;
}

function toPlanTask(row: typeof tasks.$inferSelect): PlanTask {
  const { projectId: _project, position: _position, digest: _digest, ...task } = row;
  const { assignedTo, dependencies, sessionIds, commitHashes } = row;
  return {
    ...task,
    status: row.status as TaskStatus,
    assignedTo: [...assignedTo],
    dependencies: [...dependencies],
    sessionIds: [...sessionIds],
    commitHashes: [...commitHashes],
  };
}
