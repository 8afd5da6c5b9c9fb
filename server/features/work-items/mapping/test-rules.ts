/** What the built-in rules find in one component, for somebody who makes a mapping of their own (BR1). */
import type { ItemType } from '../../../../shared/work-items.ts';
import { builtInRules } from './built-in-rules.ts';
import { findValue, type FoundValue } from './find-value.ts';

export interface RuleFinding {
  readonly ardoqField: string;
  readonly azureDevOpsField: string;
  readonly found: FoundValue | undefined;
}

export const testBuiltInRules = (
  node: Readonly<Record<string, unknown>>,
  type: ItemType,
): readonly RuleFinding[] =>
  builtInRules
    .filter(({ workItemType }) => workItemType === type)
    .map(({ ardoqField, azureDevOpsField }) => ({
      ardoqField,
      azureDevOpsField,
      found: findValue(node, ardoqField),
    }));
