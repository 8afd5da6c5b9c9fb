/** What one kind of item fills in of one work item type: worked out once, filled in for each item (FM7, FM9). */
import type { ItemType } from '../../../../shared/work-items.ts';
import type { FieldRule } from '../planned.ts';
import type { TargetField, TargetWorkItemType } from '../tracker.ts';
import { estimateFields, fieldNames, isServiceField } from './field-names.ts';
import { readDescription } from './feature-description.ts';
import { findValue, type FoundValue } from './find-value.ts';
import type { Remarks } from './remarks.ts';
import { findTransform, type Transform } from './transform.ts';

type Node = Readonly<Record<string, unknown>>;

export interface FieldSource {
  readonly path: string;
  readonly transform: Transform | null;
  readonly read: (node: Node) => readonly FoundValue[];
}

export interface FormField {
  readonly field: TargetField;
  /** In the order of their rules: they are merged into one value. */
  readonly sources: readonly FieldSource[];
}

export interface Form {
  readonly type: TargetWorkItemType;
  readonly level: ItemType;
  readonly title: FormField;
  /** All but the title. */
  readonly fields: readonly FormField[];
  /** What the type lacks: worth a word once an item has a value for it. */
  readonly lacking: readonly { readonly referenceName: string; readonly sources: readonly FieldSource[] }[];
  /** Required, and neither mapped nor given a value by the service. */
  readonly unfilled: readonly TargetField[];
}

interface FormOptions {
  readonly level: ItemType;
  readonly remarks: Remarks;
}

export function createForm(
  type: TargetWorkItemType,
  rules: readonly FieldRule[],
  { level, remarks }: FormOptions,
): Form {
  const known = new Map([...type.fields.values()].map((field) => [field.referenceName.toLowerCase(), field]));
  const groups = new Map<string, { readonly referenceName: string; readonly sources: FieldSource[] }>();
  for (const rule of rules) {
    const referenceName = toReferenceName(rule.azureDevOpsField, known);
    if (isServiceField(referenceName)) {
      remarks.say(refuseField(referenceName));
      continue;
    }
    const key = referenceName.toLowerCase();
    const group = groups.get(key) ?? { referenceName, sources: [] };
    group.sources.push(toSource(rule, referenceName, level, remarks));
    groups.set(key, group);
  }

  const titleKey = fieldNames.title.toLowerCase();
  const descriptionKey = fieldNames.description.toLowerCase();
  const description = known.get(descriptionKey);
  // A title that is cut is told in full there, whoever mapped it or did not.
  if (description !== undefined && !groups.has(descriptionKey)) {
    groups.set(descriptionKey, { referenceName: description.referenceName, sources: [] });
  }
  const others = [...groups].filter(([key]) => key !== titleKey);
  return {
    type,
    level,
    title: {
      field: known.get(titleKey) ?? titleField,
      sources: groups.get(titleKey)?.sources ?? [nameSource],
    },
    fields: others.flatMap(([key, { sources }]) => {
      const field = known.get(key);
      return field === undefined ? [] : [{ field, sources }];
    }),
    lacking: others.flatMap(([key, group]) => (known.has(key) ? [] : [group])),
    unfilled: [...known].flatMap(([key, field]) => (isLeftToUs(field) && !groups.has(key) ? [field] : [])),
  };
}

/** The service fills in its own required fields (area, iteration, state) by itself. */
export const isLeftToUs = ({ referenceName, isRequired, defaultValue }: TargetField): boolean =>
  isRequired && isEmptyDefault(defaultValue) && !referenceName.toLowerCase().startsWith('system.');

const isEmptyDefault = (value: unknown): boolean => value === null || value === undefined || value === '';

const titleField: TargetField = {
  referenceName: fieldNames.title,
  name: 'Title',
  type: 'string',
  isRequired: true,
  defaultValue: null,
  allowedValues: null,
};

const readName = (node: Node): readonly FoundValue[] => toList(findValue(node, 'name'));

const nameSource: FieldSource = { path: 'name', transform: null, read: readName };

const toList = (found: FoundValue | undefined): readonly FoundValue[] => (found === undefined ? [] : [found]);

/** In the spelling of the service, where the type has the field. */
function toReferenceName(wanted: string, known: ReadonlyMap<string, TargetField>): string {
  const candidates = wanted === fieldNames.estimate ? estimateFields : [wanted.trim()];
  const found = candidates.flatMap((name) => known.get(name.toLowerCase()) ?? []);
  return found[0]?.referenceName ?? candidates[0] ?? wanted;
}

function toSource(rule: FieldRule, referenceName: string, level: ItemType, remarks: Remarks): FieldSource {
  const path = rule.ardoqField.trim();
  const isFeatureText =
    level === 'feature' &&
    path.toLowerCase() === 'description' &&
    referenceName.toLowerCase() === fieldNames.description.toLowerCase();
  return {
    path,
    transform: chooseTransform(rule, referenceName, remarks),
    read: isFeatureText ? readDescription : (node) => toList(findValue(node, path)),
  };
}

function chooseTransform({ transform, ardoqField }: FieldRule, referenceName: string, remarks: Remarks) {
  const byDefault = defaultTransforms.get(referenceName.toLowerCase()) ?? null;
  if (transform === null || transform.trim() === '') return byDefault;
  const found = findTransform(transform);
  if (found !== undefined) return found;
  remarks.say({
    code: 'unknown_transform',
    message: `The transform "${transform.slice(0, 100)}" of ${ardoqField} is none that is known; it is ignored.`,
    field: referenceName,
  });
  return byDefault;
}

const defaultTransforms: ReadonlyMap<string, Transform> = new Map([
  [fieldNames.priority.toLowerCase(), { name: 'priority' }],
  [fieldNames.risk.toLowerCase(), { name: 'risk' }],
]);

const refuseField = (referenceName: string) => ({
  code: 'field_not_writable',
  message: `${referenceName} is set by Azure DevOps itself; it is left out.`,
  field: referenceName,
});
