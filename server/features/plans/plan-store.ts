/** Rows of features, phases and tasks: the only writer of their tables. */
import { eq, sql, type SQL } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { planState } from '../../db/tables/plans.ts';
import type { FeatureRow, PhaseRow, TaskRow } from './plan-rows.ts';
import { keyOfPhase } from './plan-rows.ts';
import { StoredRows, type RowChanges } from './stored-rows.ts';

export interface StoredPlans {
  readonly features: StoredRows<FeatureRow>;
  readonly phases: StoredRows<PhaseRow>;
  readonly tasks: StoredRows<TaskRow>;
  /** The version of the sources that they belong to. */
  derivedFrom: string | null;
}

export async function loadStoredPlans(queryable: Queryable, projectId: string): Promise<StoredPlans> {
  const load = (table: string, ...key: string[]) => loadDigests(queryable, projectId, table, key);
  return {
    features: new StoredRows((row) => row.id, await load('features', 'id')),
    phases: new StoredRows<PhaseRow>(
      keyOfPhase,
      await load('feature_phases', 'feature_id', 'phase', 'source_path'),
    ),
    tasks: new StoredRows((row) => row.id, await load('tasks', 'id')),
    derivedFrom: await readDerivedFrom(queryable, projectId),
  };
}

const pageSize = 5000;

/** In pages, so that the event loop is never held for long (DX13). */
async function loadDigests(
  queryable: Queryable,
  projectId: string,
  table: string,
  key: readonly string[],
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  const [from, columns] = [sql.identifier(table), sql.raw(key.join(', '))];
  for (let after: readonly string[] | null = null; ;) {
    const isAfter: SQL =
      after === null
        ? sql`true`
        : sql`(${columns}) > (${sql.join(
            after.map((part) => sql`${part}`),
            sql`, `,
          )})`;
    const rows: readonly { key: string[]; digest: string }[] = await queryable.execute(sql`
      select array[${columns}]::text[] as key, digest from ${from}
      where project_id = ${projectId} and ${isAfter} order by ${columns} limit ${pageSize}`);
    for (const row of rows) digests.set(row.key.join('\0'), row.digest);
    if (rows.length < pageSize) return digests;
    after = rows.at(-1)?.key ?? null;
  }
}

export async function readDerivedFrom(queryable: Queryable, projectId: string): Promise<string | null> {
  const [state] = await queryable
    .select({ derivedFrom: planState.derivedFrom })
    .from(planState)
    .where(eq(planState.projectId, projectId));
  return state?.derivedFrom ?? null;
}

export async function noteDerivedFrom(
  tx: Transaction,
  projectId: string,
  derivedFrom: string,
): Promise<void> {
  await tx
    .insert(planState)
    .values({ projectId, derivedFrom })
    .onConflictDoUpdate({ target: planState.projectId, set: { derivedFrom } });
}

export interface PlanChanges {
  readonly features: RowChanges<FeatureRow>;
  readonly phases: RowChanges<PhaseRow>;
  readonly tasks: RowChanges<TaskRow>;
}

/** Removes first: a row may come back under another key. */
export async function savePlans(tx: Transaction, projectId: string, changes: PlanChanges): Promise<void> {
  await removeTasks(tx, projectId, changes.tasks.removed);
  await removePhases(tx, projectId, changes.phases.removed);
  await removeFeatures(tx, projectId, changes.features.removed);
  await forParts([...changes.features.added, ...changes.features.updated], (rows) =>
    upsertFeatures(tx, projectId, rows),
  );
  await forParts([...changes.phases.added, ...changes.phases.updated], (rows) =>
    upsertPhases(tx, projectId, rows),
  );
  await forParts([...changes.tasks.added, ...changes.tasks.updated], (rows) =>
    upsertTasks(tx, projectId, rows),
  );
}

const partSize = 1000;

async function forParts<T>(
  items: readonly T[],
  write: (part: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += partSize) await write(items.slice(from, from + partSize));
}

async function removeTasks(tx: Transaction, projectId: string, ids: readonly string[]): Promise<void> {
  await forParts(ids, (part) =>
    tx.execute(sql`delete from tasks where project_id = ${projectId} and id = ${anyOf(part)}`),
  );
}

async function removeFeatures(tx: Transaction, projectId: string, ids: readonly string[]): Promise<void> {
  await forParts(ids, (part) =>
    tx.execute(sql`delete from features where project_id = ${projectId} and id = ${anyOf(part)}`),
  );
}

async function removePhases(tx: Transaction, projectId: string, keys: readonly string[]): Promise<void> {
  await forParts(keys, (part) => {
    const places = part.map((key) => {
      const [feature, phase, source] = key.split('\0');
      return { feature, phase, source };
    });
    return tx.execute(sql`
      delete from feature_phases p
      using json_to_recordset(${JSON.stringify(places)}::json) as gone (feature text, phase text, source text)
      where p.project_id = ${projectId} and p.feature_id = gone.feature and p.phase = gone.phase
        and p.source_path = gone.source`);
  });
}

type Columns = Readonly<Record<string, string>>;

const featureColumns = {
  id: 'text',
  name: 'text',
  baseSlug: 'text',
  category: 'text',
  status: 'text',
  conflict: 'boolean',
  readiness: 'text',
  coverage: 'double precision',
  documentCount: 'integer',
  facts: 'jsonb',
  digest: 'text',
} as const satisfies Record<keyof FeatureRow, string>;

const phaseColumns = {
  featureId: 'text',
  phase: 'text',
  sourcePath: 'text',
  position: 'integer',
  title: 'text',
  status: 'text',
  totalTasks: 'integer',
  completedTasks: 'integer',
  deferredTasks: 'integer',
  progress: 'integer',
  digest: 'text',
} as const satisfies Record<keyof PhaseRow, string>;

const taskColumns = {
  id: 'text',
  rawId: 'text',
  title: 'text',
  description: 'text',
  status: 'text',
  rawStatus: 'text',
  assignedTo: 'jsonb',
  model: 'text',
  priority: 'text',
  effort: 'text',
  storyPoints: 'double precision',
  dependencies: 'jsonb',
  sessionIds: 'jsonb',
  commitHashes: 'jsonb',
  sourcePath: 'text',
  position: 'integer',
  line: 'integer',
  phase: 'text',
  featureId: 'text',
  digest: 'text',
} as const satisfies Record<keyof TaskRow, string>;

const upsertFeatures = (tx: Transaction, projectId: string, rows: readonly FeatureRow[]) =>
  tx.execute(sql`
    insert into features (project_id, ${namesOf(featureColumns)})
    select ${projectId}, ${sentOf(featureColumns)} from ${toRecords(rows, featureColumns)}
    on conflict (project_id, id) do update set ${assignmentsOf(featureColumns)}`);

const upsertPhases = (tx: Transaction, projectId: string, rows: readonly PhaseRow[]) =>
  tx.execute(sql`
    insert into feature_phases (project_id, ${namesOf(phaseColumns)})
    select ${projectId}, ${sentOf(phaseColumns)} from ${toRecords(rows, phaseColumns)}
    on conflict (project_id, feature_id, phase, source_path) do update set ${assignmentsOf(phaseColumns)}`);

const upsertTasks = (tx: Transaction, projectId: string, rows: readonly TaskRow[]) =>
  tx.execute(sql`
    insert into tasks (project_id, ${namesOf(taskColumns)})
    select ${projectId}, ${sentOf(taskColumns)} from ${toRecords(rows, taskColumns)}
    on conflict (project_id, id) do update set ${assignmentsOf(taskColumns)}`);

const toRecords = (rows: readonly object[], columns: Columns): SQL =>
  sql`json_to_recordset(${toStorableJson(rows)}::json) as sent (${list(columns, (name, type) => `"${name}" ${type}`)})`;

const namesOf = (columns: Columns): SQL => list(columns, (name) => toColumn(name));
const sentOf = (columns: Columns): SQL => list(columns, (name) => `sent."${name}"`);
const assignmentsOf = (columns: Columns): SQL =>
  list(columns, (name) => `${toColumn(name)} = excluded.${toColumn(name)}`);

const list = (columns: Columns, toText: (name: string, type: string) => string): SQL =>
  sql.raw(
    Object.entries(columns)
      .map(([name, type]) => toText(name, type))
      .join(', '),
  );

const toColumn = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
