/** What a project's process offers: types, their fields, categories, relation types (AZ11). */
import { unknownField, unknownType } from './azure-error.ts';
import { listOf, ok, organizationUrl, requireProject, type AzureContext } from './azure-context.ts';
import type { Reply } from './call.ts';
import { fieldDefinitions, findField, commonFields, type FieldDefinition } from './field-definition.ts';
import { findType, type TypeField, type WorkItemTypeDefinition } from './process-template.ts';
import { linkNames, workItemRels } from './work-item.ts';

export const getTypes = (context: AzureContext): Reply =>
  listOf(requireProject(context).process.types.map((type) => toType(context, type)));

export const getType = (context: AzureContext): Reply => ok(toType(context, requireType(context)));

export const getStates = (context: AzureContext): Reply => listOf(toStates(requireType(context)));

export function getTypeFields(context: AzureContext): Reply {
  const type = requireType(context);
  const expand = (context.call.query.get('$expand') ?? 'none').toLowerCase();
  return listOf(fieldsOf(type).map((field) => toTypeField(context, type, field, expand)));
}

export function getTypeField(context: AzureContext): Reply {
  const type = requireType(context);
  const name = findField(context.params['field'] ?? '')?.referenceName;
  const field = fieldsOf(type).find(({ referenceName }) => referenceName === name);
  if (field === undefined) throw unknownField(context.params['field'] ?? '');
  const expand = (context.call.query.get('$expand') ?? 'none').toLowerCase();
  return ok(toTypeField(context, type, field, expand));
}

export const getFields = (context: AzureContext): Reply =>
  listOf(fieldDefinitions.map((field) => toField(context, field)));

export function getField(context: AzureContext): Reply {
  const field = findField(context.params['field'] ?? '');
  if (field === undefined) throw unknownField(context.params['field'] ?? '');
  return ok(toField(context, field));
}

export function getCategories(context: AzureContext): Reply {
  const project = requireProject(context);
  const toReference = (name: string | undefined) => ({ name, url: typeUrl(context, name ?? '') });
  return listOf(
    project.categories.map(({ name, referenceName, types }) => ({
      name,
      referenceName,
      defaultWorkItemType: toReference(types[0]),
      workItemTypes: types.map(toReference),
      url: `${organizationUrl(context)}/${project.id}/_apis/wit/workItemTypeCategories/${referenceName}`,
    })),
  );
}

export const getRelationTypes = (context: AzureContext): Reply =>
  listOf(
    Object.entries(linkNames).map(([referenceName, name]) => ({
      attributes: {
        usage: workItemRels.includes(referenceName) ? 'workItemLink' : 'resourceLink',
        editable: true,
        enabled: true,
        acyclic: referenceName.includes('Hierarchy'),
        directional: !referenceName.endsWith('Related'),
        singleTarget: referenceName === 'System.LinkTypes.Hierarchy-Reverse',
      },
      referenceName,
      name,
      url: `${organizationUrl(context)}/_apis/wit/workItemRelationTypes/${referenceName}`,
    })),
  );

function requireType(context: AzureContext): WorkItemTypeDefinition {
  const name = context.params['type'] ?? '';
  const type = findType(requireProject(context).process, name);
  if (type === undefined) throw unknownType(name);
  return type;
}

const fieldsOf = (type: WorkItemTypeDefinition): readonly TypeField[] => [
  ...commonFields.map((referenceName) => ({
    referenceName,
    ...(referenceName === 'System.Title' ? { required: true as const } : {}),
    ...(referenceName === 'System.State' ? { allowedValues: type.states.map(([name]) => name) } : {}),
  })),
  ...type.fields,
];

const typeUrl = (context: AzureContext, name: string): string =>
  `${organizationUrl(context)}/${requireProject(context).id}/_apis/wit/workItemTypes/${encodeURIComponent(name)}`;

const fieldUrl = (context: AzureContext, name: string): string =>
  `${organizationUrl(context)}/_apis/wit/fields/${name}`;

const toStates = ({ states, color }: WorkItemTypeDefinition) =>
  states.map(([name, category]) => ({ name, color, category }));

function toType(context: AzureContext, type: WorkItemTypeDefinition) {
  const fields = fieldsOf(type).map((field) => toTypeField(context, type, field, 'none'));
  return {
    name: type.name,
    referenceName: type.referenceName,
    description: `${type.name} of the process ${requireProject(context).process.name}`,
    color: type.color,
    icon: {
      id: 'icon_list',
      url: `${organizationUrl(context)}/_apis/wit/workItemIcons/icon_list?color=${type.color}&v=2`,
    },
    isDisabled: false,
    xmlForm: '',
    fields,
    fieldInstances: fields,
    transitions: Object.fromEntries([
      ['', [{ to: type.states[0]?.[0], actions: null }]],
      ...type.states.map(([from]) => [
        from,
        type.states.filter(([to]) => to !== from).map(([to]) => ({ to, actions: null })),
      ]),
    ]),
    states: toStates(type),
    url: typeUrl(context, type.name),
  };
}

function toTypeField(context: AzureContext, _type: WorkItemTypeDefinition, field: TypeField, expand: string) {
  const definition = findField(field.referenceName);
  const hasValues = expand === 'all' || expand === 'allowedvalues';
  const hasDependents = expand === 'all' || expand === 'dependentfields';
  return {
    defaultValue: field.defaultValue === undefined ? null : String(field.defaultValue),
    helpText: definition?.name,
    alwaysRequired: field.required === true,
    ...(hasValues ? { allowedValues: (field.allowedValues ?? []).map(String) } : {}),
    ...(hasDependents ? { dependentFields: [] } : {}),
    referenceName: field.referenceName,
    name: definition?.name,
    url: fieldUrl(context, field.referenceName),
  };
}

function toField(context: AzureContext, { referenceName, name, kind, readOnly }: FieldDefinition) {
  return {
    name,
    referenceName,
    description: null,
    type: kind === 'identity' ? 'string' : kind,
    usage: 'workItem',
    readOnly,
    canSortBy: true,
    isQueryable: kind !== 'history',
    supportedOperations: [{ referenceName: 'SupportedOperations.Equals', name: '=' }],
    isIdentity: kind === 'identity',
    isPicklist: false,
    isPicklistSuggested: false,
    url: fieldUrl(context, referenceName),
  };
}
