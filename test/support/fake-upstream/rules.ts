/** The rules a work item must obey to be stored: required fields, pick lists, trees, states, lengths (FK4). */
import {
  AzureError,
  badTree,
  forbidden,
  ruleViolation,
  titleTooLong,
  unknownField,
  type RuleError,
} from './azure-error.ts';
import { commonFields, findField } from './field-definition.ts';
import type { WorkItemTypeDefinition } from './process-template.ts';
import type { Project } from './project.ts';
import type { Switches } from './switches.ts';
import { splitTags } from './tags.ts';
import { childRel, parentOf, parentRel, type Draft, type FieldValue, type Fields } from './work-item.ts';

export interface RuleSurroundings {
  readonly id: number;
  readonly type: WorkItemTypeDefinition;
  readonly project: Project;
  readonly switches: Switches;
  /** Null for a create. */
  readonly before: Fields | null;
}

/** The draft with defaults in it, or the service's refusal. */
export function applyRules(draft: Draft, around: RuleSurroundings): Draft {
  const { type, before } = around;
  refuseForeignFields(draft.fields, around);
  const fields = withoutServiceFields(draft.fields, around);
  if (before === null) fillDefaults(fields, around);
  if (before !== null && fields['System.State'] !== before['System.State']) {
    fields['System.Reason'] = `Moved to state ${String(fields['System.State'])}`;
  }
  checkTitle(fields);
  checkTrees(fields, around);
  const errors = [...requiredErrors(fields, type), ...valueErrors(fields, around), ...lengthErrors(fields)];
  if (errors.length > 0) throw ruleViolation(errors);
  checkTags(fields, around);
  if (draft.links.length > 1000) {
    throw new AzureError(
      400,
      'WorkItemLinksLimitExceededException',
      'VS403443: A work item has at most 1000 links.',
    );
  }
  if (draft.links.filter(({ rel }) => rel === parentRel).length > 1)
    throw secondParent(around.id, parentOf(draft));
  return { fields, links: draft.links };
}

export const secondParent = (id: number, parent: number | undefined) =>
  new AzureError(
    400,
    'WorkItemLinkValidationException',
    `TF201036: You cannot add a Child link between work items ${parent ?? 0} and ${id} because a work item can have only one Parent link.`,
  );

export const circularLink = (id: number, target: number) =>
  new AzureError(
    400,
    'WorkItemLinkValidationException',
    `TF201035: You cannot add a link between work items ${id} and ${target} because it would create a circular relationship.`,
  );

export const isHierarchy = (rel: string): boolean => rel === parentRel || rel === childRel;

function refuseForeignFields(fields: Fields, { type }: RuleSurroundings): void {
  const known = knownFields(type);
  const foreign = Object.keys(fields).find((name) => !known.has(name));
  if (foreign !== undefined) throw unknownField(foreign);
}

const knownByType = new WeakMap<WorkItemTypeDefinition, ReadonlySet<string>>();

function knownFields(type: WorkItemTypeDefinition): ReadonlySet<string> {
  let known = knownByType.get(type);
  if (known === undefined) {
    known = new Set([...commonFields, ...type.fields.map(({ referenceName }) => referenceName)]);
    knownByType.set(type, known);
  }
  return known;
}

/** Fields the service sets itself are refused, or ignored where it is read that way (AZ17). */
function withoutServiceFields(fields: Fields, { switches }: RuleSurroundings): Record<string, FieldValue> {
  const kept: Record<string, FieldValue> = {};
  const errors: RuleError[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (!isReadOnly(name)) kept[name] = value;
    else if (!(name.startsWith('System.Changed') && switches.changedBy === 'ignored')) {
      errors.push(ruleError(name, 'invalidNotEmpty, readOnly', 'The field is read-only.'));
    }
  }
  if (errors.length > 0) throw ruleViolation(errors);
  return kept;
}

const readOnlyNames = new Set(commonFields.filter((name) => findField(name)?.readOnly === true));
const isReadOnly = (name: string): boolean => readOnlyNames.has(name);

function fillDefaults(fields: Record<string, FieldValue>, { type, project }: RuleSurroundings): void {
  fields['System.State'] ??= type.states[0]?.[0] ?? 'New';
  fields['System.Reason'] ??= type.states[0]?.[0] ?? 'New';
  fields['System.AreaPath'] ??= project.name;
  fields['System.IterationPath'] ??= project.name;
  for (const { referenceName, defaultValue } of type.fields) {
    if (defaultValue !== undefined) fields[referenceName] ??= defaultValue;
  }
}

function checkTitle(fields: Fields): void {
  const title = fields['System.Title'];
  if (typeof title === 'string' && title.length > 255) throw titleTooLong(title.length);
}

function checkTrees(fields: Fields, { id, project }: RuleSurroundings): void {
  const trees = [
    ['System.AreaPath', project.areas],
    ['System.IterationPath', project.iterations],
  ] as const;
  for (const [name, paths] of trees) {
    if (!paths.has(String(fields[name]).toLowerCase())) throw badTree(id, name);
  }
}

function requiredErrors(fields: Fields, type: WorkItemTypeDefinition): RuleError[] {
  const required = [
    'System.Title',
    ...type.fields.flatMap((each) => (each.required ? [each.referenceName] : [])),
  ];
  return required
    .filter((name) => fields[name] === undefined || String(fields[name]).trim() === '')
    .map((name) =>
      ruleError(name, 'required, hasValues, invalidEmpty', 'Required, HasValues, InvalidEmpty.'),
    );
}

function valueErrors(fields: Fields, { type, switches, before }: RuleSurroundings): RuleError[] {
  const errors: RuleError[] = [];
  for (const { referenceName, allowedValues } of type.fields) {
    const value = fields[referenceName];
    if (
      value !== undefined &&
      allowedValues !== undefined &&
      !allowedValues.includes(value as string | number)
    ) {
      errors.push(
        ruleError(referenceName, 'hasValues, limitedToValues, invalidListValue', 'InvalidListValue.'),
      );
    }
  }
  const isInitial = before === null && !switches.createInAnyState;
  const states = (isInitial ? type.states.slice(0, 1) : type.states).map(([name]) => name);
  if (!states.includes(String(fields['System.State']))) {
    errors.push(
      ruleError('System.State', 'hasValues, limitedToValues, invalidListValue', 'InvalidListValue.'),
    );
  }
  return errors;
}

function lengthErrors(fields: Fields): RuleError[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    if (typeof value !== 'string') return [];
    const kind = findField(name)?.kind;
    const limit = kind === 'html' || kind === 'history' ? 1_000_000 : kind === 'string' ? 255 : Infinity;
    return value.length > limit ? [ruleError(name, 'invalidTooLong', 'InvalidTooLong.')] : [];
  });
}

function checkTags(fields: Fields, { project, switches }: RuleSurroundings): void {
  const tags = splitTags(String(fields['System.Tags'] ?? ''));
  if (tags.length > 100) {
    throw ruleViolation([ruleError('System.Tags', 'invalidTooMany', 'A work item has at most 100 tags.')]);
  }
  if (switches.newTags === 'refused' && tags.some((tag) => !project.tags.has(tag.toLowerCase()))) {
    throw new AzureError(
      403,
      forbidden().typeKey,
      'TF401289: The current user does not have permissions to create tags.',
    );
  }
}

function ruleError(field: string, flags: string, text: string): RuleError {
  return {
    fieldReferenceName: field,
    fieldStatusFlags: flags,
    errorMessage: `Rule Error for field ${findField(field)?.name ?? field}. Error code: ${text}`,
    fieldStatusCode: 524289,
  };
}
