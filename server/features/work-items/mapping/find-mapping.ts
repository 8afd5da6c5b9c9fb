/** Which rules a push goes by: the most particular that there are, and a word where that is not what was asked for (FM2). */
import { AppError } from '../../../../shared/failure.ts';
import type { PushWarning } from '../../../../shared/work-items.ts';
import type { Queryable } from '../../../db/open.ts';
import type { FieldRule, Mapping } from '../planned.ts';
import type { TargetProject } from '../tracker.ts';
import { builtInRules } from './built-in-rules.ts';
import {
  findConfig,
  findDefaultConfig,
  findTemplate,
  type ConfigRow,
  type MappingRow,
  type WithRules,
} from './mapping-store.ts';

export interface MappingQuery {
  readonly configId: string | null;
  readonly templateName: string | null;
  readonly project: TargetProject;
}

export async function findMapping(
  queryable: Queryable,
  { configId, templateName, project }: MappingQuery,
): Promise<Mapping> {
  if (configId !== null) return await requireMapping(queryable, configId, project);
  const failed: string[] = [];
  for (const { level, name, find } of levelsOf(queryable, templateName, project)) {
    const found = await attempt(find);
    if (found.ok && found.value !== undefined) {
      return {
        rules: toRules(found.value.rules),
        level,
        name: found.value.name,
        warnings: toWarnings(failed, name),
      };
    }
    if (!found.ok) failed.push(`${name} could not be read`);
    else if (level === 'named-template') failed.push(`there is no ${name}`);
  }
  return {
    rules: builtInRules,
    level: 'built-in',
    name: 'built-in',
    warnings: toWarnings(failed, 'the built-in mapping'),
  };
}

/** PU12: what a request names is checked before it is accepted. */
export async function requireConfig(queryable: Queryable, configId: string): Promise<WithRules<ConfigRow>> {
  const config = await findConfig(queryable, configId);
  if (config === undefined) throw new AppError('NOT_FOUND', `Field mapping ${configId} not found`);
  return config;
}

async function requireMapping(
  queryable: Queryable,
  configId: string,
  project: TargetProject,
): Promise<Mapping> {
  const config = await requireConfig(queryable, configId);
  const isOther = !keysOf(project).some((key) => key.toLowerCase() === config.projectId.toLowerCase());
  const warning: PushWarning = {
    code: 'mapping_of_other_project',
    message: `The field mapping "${config.name}" was made for the project ${config.projectName ?? config.projectId}; it is used all the same.`,
  };
  return {
    rules: toRules(config.mappings),
    level: 'config',
    name: config.name,
    warnings: isOther ? [warning] : [],
  };
}

interface Level {
  readonly level: Mapping['level'];
  /** As it reads in a sentence. */
  readonly name: string;
  readonly find: () => Promise<{ readonly name: string; readonly rules: readonly MappingRow[] } | undefined>;
}

function levelsOf(
  queryable: Queryable,
  templateName: string | null,
  project: TargetProject,
): readonly Level[] {
  const template = (level: Mapping['level'], name: string): Level => ({
    level,
    name: `the template "${name}"`,
    find: async () => {
      const found = await findTemplate(queryable, name);
      return found && { name: found.processTemplateName, rules: found.mappings };
    },
  });
  const byDefault: Level = {
    level: 'project-default',
    name: `the default mapping of ${project.name}`,
    find: async () => {
      const found = await findDefaultConfig(queryable, keysOf(project));
      return found && { name: found.name, rules: found.mappings };
    },
  };
  return [
    ...(templateName === null ? [] : [template('named-template', templateName)]),
    byDefault,
    ...(project.processName === null ? [] : [template('process-template', project.processName)]),
  ];
}

const keysOf = ({ id, name }: TargetProject): readonly string[] => [id, name];

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };

/** A mapping that cannot be read is a warning (FM2): the push goes on by the next, and says so. */
async function attempt<T>(find: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await find() };
  } catch {
    return { ok: false };
  }
}

const toWarnings = (failed: readonly string[], used: string): readonly PushWarning[] =>
  failed.map((what) => ({
    code: 'mapping_fallback',
    message: `${what.charAt(0).toUpperCase()}${what.slice(1)}; ${used} is used.`,
  }));

const toRules = (rows: readonly MappingRow[]): readonly FieldRule[] =>
  rows.map(({ ardoqField, azureDevOpsField, workItemType, transform }) => ({
    ardoqField,
    azureDevOpsField,
    workItemType,
    transform,
  }));
