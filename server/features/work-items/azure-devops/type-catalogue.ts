/** Work item types of a project and their fields, for whoever maps fields by hand (FM3). */
import { AppError } from '../../../../shared/failure.ts';
import type { AdoTypeField, AdoWorkItemType } from '../../../../shared/views/azure-devops.ts';
import type { CallOptions, TargetProject } from '../tracker.ts';
import { listFields, listTypes } from './calls.ts';
import type { AzureClient } from './client.ts';
import { toFieldType } from './field-values.ts';
import { readDefaultTypes, readTypeFields } from './types.ts';
import { WireFields, WireTypes } from './wire-types.ts';

export async function listWorkItemTypes(
  client: AzureClient,
  project: TargetProject,
  options?: CallOptions,
): Promise<readonly AdoWorkItemType[]> {
  const { value: types } = await client.read(listTypes(project.id), WireTypes, options);
  const { value: fields } = await client.read(listFields(project.id), WireFields, options);
  const usable = types.filter(({ isDisabled }) => isDisabled !== true);
  const typesOf = new Map(
    fields.map(({ referenceName }) => [
      referenceName,
      usable.filter((type) => type.fields?.some((field) => field.referenceName === referenceName) === true),
    ]),
  );
  const kinds = new Map(fields.map((field) => [field.referenceName, field]));
  return usable.map((type) => ({
    name: type.name,
    referenceName: type.referenceName ?? type.name,
    fields: (type.fields ?? []).map(({ referenceName, name }) => ({
      referenceName,
      name: name ?? kinds.get(referenceName)?.name ?? referenceName,
      type: toFieldType(kinds.get(referenceName)?.type),
      workItemTypes: (typesOf.get(referenceName) ?? [type]).map((found) => found.name),
    })),
  }));
}

/** `wanted` is the name of a type, or a level of a tree. */
export async function listTypeFieldsOf(
  client: AzureClient,
  project: TargetProject,
  wanted: string,
  options?: CallOptions,
): Promise<readonly AdoTypeField[]> {
  const type = await findTypeName(client, project, wanted, options);
  const { value: kinds } = await client.read(listFields(project.id), WireFields, options);
  const fields = await readTypeFields(client, project, type, kinds, options);
  return [...fields.values()].map(({ referenceName, name, type: kind, isRequired, allowedValues }) => ({
    referenceName,
    name,
    type: kind,
    workItemTypes: [type],
    isRequired,
    ...(allowedValues === null ? {} : { allowedValues: [...allowedValues] }),
  }));
}

async function findTypeName(
  client: AzureClient,
  project: TargetProject,
  wanted: string,
  options?: CallOptions,
): Promise<string> {
  if (!['epic', 'feature', 'user_story'].includes(wanted)) return wanted;
  const { epic, feature, requirement } = await readDefaultTypes(client, project, options);
  const found = wanted === 'epic' ? epic : wanted === 'feature' ? (feature ?? requirement) : requirement;
  if (found !== null) return found;
  throw new AppError(
    'NOT_FOUND',
    `The process of "${project.name}" has no work item type for the level "${wanted}".`,
  );
}
