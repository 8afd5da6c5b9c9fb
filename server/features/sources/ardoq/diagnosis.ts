/** What components hold and what a mapping finds in them, for somebody who makes a mapping (BR1). */
import type { ComponentDiagnosis, MappingDiagnosis, MappingTest } from '../../../../shared/views/ardoq.ts';
import { itemTypeOf, NodeType, type ItemType } from '../../../../shared/work-items.ts';
import type { ArdoqComponent } from './component.ts';

/** One rule and what it finds; undefined when it finds nothing. */
export interface MappingFinding {
  readonly ardoqField: string;
  readonly azureDevOpsField: string;
  readonly found: { readonly path: string; readonly value: unknown } | undefined;
}

/** By the rules that a push without a mapping of its own would use. */
export type TestMapping = (
  node: Readonly<Record<string, unknown>>,
  type: ItemType,
) => readonly MappingFinding[];

export interface DiagnosisOptions {
  readonly workspaceId: string;
  readonly componentType: string | undefined;
  readonly limit: number;
  readonly testMapping: TestMapping;
}

export function diagnoseMapping(
  components: readonly ArdoqComponent[],
  { workspaceId, componentType, limit, testMapping }: DiagnosisOptions,
): MappingDiagnosis {
  const wanted = components.filter(({ type }) => componentType === undefined || type === componentType);
  const diagnostics = wanted.slice(0, limit).map((component) => diagnose(component, testMapping));
  const described = diagnostics.filter(({ fieldValues }) => hasDescription(fieldValues)).length;
  const fieldCount = diagnostics.reduce((sum, { summary }) => sum + summary.totalFields, 0);
  return {
    workspaceId,
    totalComponents: components.length,
    filteredComponents: wanted.length,
    analyzedComponents: diagnostics.length,
    componentTypeFilter: componentType ?? 'all',
    diagnostics,
    summary: {
      componentsWithDescription: described,
      componentsWithoutDescription: diagnostics.length - described,
      averageFieldsPerComponent: diagnostics.length === 0 ? 0 : fieldCount / diagnostics.length,
      commonOtherFields: findCommon(diagnostics.map(({ otherFields }) => Object.keys(otherFields))),
      componentTypes: countBy(components, ({ type }) => type),
    },
  };
}

function diagnose(component: ArdoqComponent, testMapping: TestMapping): ComponentDiagnosis {
  const { children: _children, ...structure } = component;
  const filled = Object.entries(structure).filter(([, value]) => value !== undefined && value !== null);
  const known = filled.filter(([name]) => mappedFields.has(name.toLowerCase()));
  const other = filled.filter(([name]) => !mappedFields.has(name.toLowerCase()) && !ownFields.has(name));
  const type = NodeType.safeParse(component.type);
  const workItemType = type.success ? itemTypeOf[type.data] : null;
  const tests = workItemType === null ? [] : testMapping(structure, workItemType).map(toTest);
  const passed = tests.filter(([, { isNull, isUndefined }]) => !isNull && !isUndefined).length;
  return {
    componentId: component._id,
    componentName: component.name ?? '',
    componentType: component.type,
    workItemType,
    componentStructure: structure,
    fieldValues: Object.fromEntries(known),
    otherFields: Object.fromEntries(other),
    mappingTests: Object.fromEntries(tests),
    summary: {
      totalFields: Object.keys(structure).length,
      mappedFieldsFound: known.length,
      otherFieldsFound: other.length,
      mappingTestsPassed: passed,
      mappingTestsFailed: tests.length - passed,
    },
  };
}

/** What mappings usually read; in any case, as fields of Ardoq are written. */
const mappedFields: ReadonlySet<string> = new Set(
  (
    'description context purpose input output approach priority tags ' +
    'acceptancecriteria classification risk lastupdatedby lastupdateddate'
  ).split(' '),
);

const ownFields: ReadonlySet<string> = new Set(['_id', 'name', 'type', 'parent']);

function toTest({ ardoqField, azureDevOpsField, found }: MappingFinding): [string, MappingTest] {
  const value = found?.value;
  const isMissing = value === undefined || value === null;
  return [
    ardoqField,
    {
      azureDevOpsField,
      extractedValue: value ?? null,
      isNull: value === null,
      isUndefined: value === undefined,
      type: typeof value,
      stringValue: isMissing ? null : toText(value),
      path: found?.path ?? null,
    },
  ];
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const hasDescription = (fields: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(fields).some(
    ([name, value]) => ['description', 'context'].includes(name.toLowerCase()) && value !== '',
  );

/** In at least half of the lists. */
function findCommon(lists: readonly (readonly string[])[]): string[] {
  const counts = Object.entries(countBy(lists.flat(), (name) => name));
  return counts
    .filter(([, count]) => count >= Math.ceil(lists.length / 2))
    .map(([name]) => name)
    .sort();
}

function countBy<T>(values: readonly T[], toKey: (value: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(toKey(value), (counts.get(toKey(value)) ?? 0) + 1);
  return Object.fromEntries(counts);
}
