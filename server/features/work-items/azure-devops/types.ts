/** What the levels of a tree become in a project: default types of its categories, with their fields (FM1, AZ11). */
import type { CallOptions, TargetField, TargetProject, TargetTypes, TargetWorkItemType } from '../tracker.ts';
import { listCategories, listFields, listTypeFields, listTypes } from './calls.ts';
import type { AzureClient } from './client.ts';
import { toFieldType, toPickList } from './field-values.ts';
import {
  WireCategories,
  WireFields,
  WireTypeFields,
  WireTypes,
  type WireField,
  type WireTypeField,
} from './wire-types.ts';

/** Six calls, one after another: categories, types, fields, and the fields of three types. */
export async function readTypes(
  client: AzureClient,
  project: TargetProject,
  options?: CallOptions,
): Promise<TargetTypes> {
  const names = await readDefaultTypes(client, project, options);
  const { value: types } = await client.read(listTypes(project.id), WireTypes, options);
  const { value: kinds } = await client.read(listFields(project.id), WireFields, options);
  const referenceNames = new Map(types.map(({ name, referenceName }) => [name, referenceName ?? name]));

  const readLevel = async (name: string | null): Promise<TargetWorkItemType | null> =>
    name === null
      ? null
      : {
          name,
          referenceName: referenceNames.get(name) ?? name,
          fields: await readTypeFields(client, project, name, kinds, options),
        };

  return {
    epic: await readLevel(names.epic),
    feature: await readLevel(names.feature),
    requirement: await readLevel(names.requirement),
    // Stories become tasks only where features become requirements: nobody else needs it (FM1).
    task: names.feature === null ? await readLevel(names.task) : null,
  };
}

export type DefaultTypes = Readonly<Record<keyof TargetTypes, string | null>>;

/** A category may be missing altogether (AZ16). */
export async function readDefaultTypes(
  client: AzureClient,
  project: TargetProject,
  options?: CallOptions,
): Promise<DefaultTypes> {
  const { value } = await client.read(listCategories(project.id), WireCategories, options);
  const byName = new Map(
    value.map((found) => [found.referenceName, found.defaultWorkItemType?.name ?? null]),
  );
  const defaultOf = (category: string) => byName.get(`Microsoft.${category}`) ?? null;
  return {
    epic: defaultOf('EpicCategory'),
    feature: defaultOf('FeatureCategory'),
    requirement: defaultOf('RequirementCategory'),
    task: defaultOf('TaskCategory'),
  };
}

export async function readTypeFields(
  client: AzureClient,
  project: TargetProject,
  type: string,
  kinds: readonly WireField[],
  options?: CallOptions,
): Promise<ReadonlyMap<string, TargetField>> {
  const { value } = await client.read(listTypeFields(project.id, type), WireTypeFields, options);
  const kindOf = new Map(kinds.map((kind) => [kind.referenceName, kind]));
  return new Map(
    value.map((field) => [field.referenceName, toField(field, kindOf.get(field.referenceName))]),
  );
}

function toField(field: WireTypeField, known: WireField | undefined): TargetField {
  const type = toFieldType(known?.type);
  // Suggestions, people and areas are offered as values; others may be written all the same.
  const isOpen =
    known?.isPicklistSuggested === true ||
    known?.isIdentity === true ||
    type === 'identity' ||
    type === 'treePath';
  return {
    referenceName: field.referenceName,
    name: field.name ?? known?.name ?? field.referenceName,
    type,
    isRequired: field.alwaysRequired === true,
    defaultValue: field.defaultValue ?? null,
    allowedValues: isOpen ? null : toPickList(field.allowedValues),
  };
}
