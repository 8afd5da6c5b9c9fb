/** Mappings of projects and processes: the only writer of their tables (FM4). */
import { randomUUID } from 'node:crypto';
import { and, asc, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { MappingRequest } from '../../../../shared/api/field-mappings.ts';
import { AppError } from '../../../../shared/failure.ts';
import type { Queryable, Transaction } from '../../../db/open.ts';
import {
  fieldMappingConfigs,
  fieldMappings,
  fieldMappingTemplates,
} from '../../../db/tables/field-mappings.ts';

export type ConfigRow = typeof fieldMappingConfigs.$inferSelect;
export type TemplateRow = typeof fieldMappingTemplates.$inferSelect;
export type MappingRow = typeof fieldMappings.$inferSelect;

/** A config or a template with its rules in order. */
export type WithRules<T> = T & { readonly mappings: readonly MappingRow[] };

export async function findConfig(
  queryable: Queryable,
  id: string,
): Promise<WithRules<ConfigRow> | undefined> {
  const rows = await queryable.select().from(fieldMappingConfigs).where(eq(fieldMappingConfigs.id, id));
  return (await withConfigRules(queryable, rows))[0];
}

/** Newest first. */
export async function listConfigs(
  queryable: Queryable,
  projectId: string,
): Promise<readonly WithRules<ConfigRow>[]> {
  const rows = await queryable
    .select()
    .from(fieldMappingConfigs)
    .where(eq(fieldMappingConfigs.projectId, projectId))
    .orderBy(desc(fieldMappingConfigs.createdAt), desc(fieldMappingConfigs.id));
  return await withConfigRules(queryable, rows);
}

/** A project may have been named by its id or by its name, in any case. */
export async function findDefaultConfig(
  queryable: Queryable,
  projectKeys: readonly string[],
): Promise<WithRules<ConfigRow> | undefined> {
  const keys = projectKeys.map((key) => key.toLowerCase());
  const rows = await queryable
    .select()
    .from(fieldMappingConfigs)
    .where(and(fieldMappingConfigs.isDefault, inArray(sql`lower(${fieldMappingConfigs.projectId})`, keys)));
  const [best] = keys.flatMap((key) => rows.find(({ projectId }) => projectId.toLowerCase() === key) ?? []);
  return best === undefined ? undefined : (await withConfigRules(queryable, [best]))[0];
}

export async function listTemplates(queryable: Queryable): Promise<readonly WithRules<TemplateRow>[]> {
  const rows = await queryable
    .select()
    .from(fieldMappingTemplates)
    .orderBy(asc(fieldMappingTemplates.processTemplateName));
  const ids = rows.map(({ id }) => id);
  const rules = await listRules(queryable, inArray(fieldMappings.templateId, ids));
  return rows.map((row) => ({ ...row, mappings: rules.filter(({ templateId }) => templateId === row.id) }));
}

export async function findTemplate(
  queryable: Queryable,
  processTemplateName: string,
): Promise<WithRules<TemplateRow> | undefined> {
  const wanted = processTemplateName.trim().toLowerCase();
  return (await listTemplates(queryable)).find((each) => each.processTemplateName.toLowerCase() === wanted);
}

export interface ConfigToWrite {
  readonly name: string;
  readonly projectId: string;
  readonly projectName: string | null;
  readonly description: string | null;
  readonly processTemplateName: string | null;
  readonly isDefault: boolean;
  readonly mappings: readonly MappingRequest[];
}

export async function insertConfig(
  tx: Transaction,
  config: ConfigToWrite,
  at: Date,
): Promise<WithRules<ConfigRow>> {
  await lockProject(tx, config.projectId);
  const { mappings, ...columns } = config;
  const row = { ...columns, id: `fm-config-${randomUUID()}`, createdAt: at, updatedAt: at };
  await refuseTwice(tx, row);
  if (row.isDefault) await dropDefault(tx, row);
  await tx.insert(fieldMappingConfigs).values(row);
  return { ...row, mappings: await insertRules(tx, row.id, mappings, new Set()) };
}

/** The rules and the default change with the rest, or not at all (FM3). */
export async function updateConfig(
  tx: Transaction,
  former: WithRules<ConfigRow>,
  config: ConfigToWrite,
  at: Date,
): Promise<WithRules<ConfigRow>> {
  await lockProject(tx, config.projectId);
  const { mappings, ...columns } = config;
  const row = { ...columns, id: former.id, createdAt: former.createdAt, updatedAt: at };
  await refuseTwice(tx, row);
  if (row.isDefault) await dropDefault(tx, row);
  await tx.update(fieldMappingConfigs).set(row).where(eq(fieldMappingConfigs.id, row.id));
  await tx.delete(fieldMappings).where(eq(fieldMappings.configId, row.id));
  const ids = new Set(former.mappings.map(({ id }) => id));
  return { ...row, mappings: await insertRules(tx, row.id, mappings, ids) };
}

/** Its rules go with it. */
export async function removeConfig(tx: Transaction, id: string): Promise<boolean> {
  const removed = await tx
    .delete(fieldMappingConfigs)
    .where(eq(fieldMappingConfigs.id, id))
    .returning({ id: fieldMappingConfigs.id });
  return removed.length > 0;
}

/** Two that write to one project at once would both find the name free. */
async function lockProject(tx: Transaction, projectId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtext('field_mapping_configs'), hashtext(${projectId}))`,
  );
}

type Named = Pick<ConfigRow, 'id' | 'projectId' | 'name'>;

async function refuseTwice(tx: Transaction, { id, projectId, name }: Named): Promise<void> {
  const { projectId: project, name: named, id: own } = fieldMappingConfigs;
  const [rival] = await tx
    .select({ id: own })
    .from(fieldMappingConfigs)
    .where(and(eq(project, projectId), eq(named, name), ne(own, id)));
  if (rival === undefined) return;
  throw new AppError(
    'DUPLICATE_NAME',
    `This project has a field mapping named "${name}" already; choose another name.`,
    {
      details: { existingConfigId: rival.id },
    },
  );
}

async function dropDefault(tx: Transaction, { id, projectId }: Named): Promise<void> {
  const { projectId: project, id: own, isDefault } = fieldMappingConfigs;
  await tx
    .update(fieldMappingConfigs)
    .set({ isDefault: false })
    .where(and(eq(project, projectId), isDefault, ne(own, id)));
}

/** A rule keeps its id if it was this config's own before. */
async function insertRules(
  tx: Transaction,
  configId: string,
  mappings: readonly MappingRequest[],
  ownIds: ReadonlySet<string>,
): Promise<readonly MappingRow[]> {
  const used = new Set<string>();
  const rows = mappings.map(({ id, ...rule }, position): MappingRow => {
    const isOwn = typeof id === 'string' && ownIds.has(id) && !used.has(id);
    if (isOwn) used.add(id);
    return { ...rule, id: isOwn ? id : `fm-${randomUUID()}`, configId, templateId: null, position };
  });
  if (rows.length > 0) await tx.insert(fieldMappings).values(rows);
  return rows;
}

async function withConfigRules(
  queryable: Queryable,
  rows: readonly ConfigRow[],
): Promise<readonly WithRules<ConfigRow>[]> {
  const ids = rows.map(({ id }) => id);
  const rules = await listRules(queryable, inArray(fieldMappings.configId, ids));
  return rows.map((row) => ({ ...row, mappings: rules.filter(({ configId }) => configId === row.id) }));
}

const listRules = async (
  queryable: Queryable,
  where: ReturnType<typeof inArray>,
): Promise<readonly MappingRow[]> =>
  await queryable.select().from(fieldMappings).where(where).orderBy(asc(fieldMappings.position));
