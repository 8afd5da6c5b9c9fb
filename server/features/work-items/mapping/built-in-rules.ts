/** The rules for a push that nobody has made rules for (FM5), and what documents bring beside them (PU43). */
import type { FieldRule } from '../planned.ts';
import { typeLevels } from '../tracker.ts';
import { fieldNames } from './field-names.ts';

const pairs: readonly (readonly [ardoqField: string, azureDevOpsField: string])[] = [
  ['name', fieldNames.title],
  ['description', fieldNames.description],
  ['priority', fieldNames.priority],
  ['acceptanceCriteria', fieldNames.acceptanceCriteria],
  ['risk', fieldNames.risk],
  ['tags', fieldNames.tags],
  ['componentKey', fieldNames.tags],
];

const toRules = (list: typeof pairs): readonly FieldRule[] =>
  typeLevels.flatMap((workItemType) =>
    list.map(([ardoqField, azureDevOpsField]) => ({
      ardoqField,
      azureDevOpsField,
      workItemType,
      transform: null,
    })),
  );

export const builtInRules: readonly FieldRule[] = toRules(pairs);

/** A process has one of the fields for estimates, which `createForm` finds. */
export const documentRules: readonly FieldRule[] = toRules([
  ['points', fieldNames.estimate],
  ['refId', fieldNames.tags],
]);
