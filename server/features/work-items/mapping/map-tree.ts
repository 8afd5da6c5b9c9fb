/** Turns the source tree into what the target will hold, item by item, before anything is sent (FM1, FM9). */
import type { ItemType, PushWarning, SourceItem } from '../../../../shared/work-items.ts';
import type { FieldRule, MapInput, MappedItem, MappedTree } from '../planned.ts';
import type { TargetWorkItemType } from '../tracker.ts';
import { runAtOnce, type Steps } from '../steps.ts';
import { documentRules } from './built-in-rules.ts';
import { createForm, type Form } from './form.ts';
import { fillForm } from './fill-form.ts';
import { Remarks } from './remarks.ts';
import { chooseType } from './target-type.ts';

export const mapTree = (input: MapInput): MappedTree => runAtOnce(mapTreeInSteps(input));

/** The same with a step for each item: 20,000 long texts are rendered for seconds (`runPaced`). */
export function* mapTreeInSteps({ tree, types, mapping }: MapInput): Steps<MappedTree> {
  const remarks = new Remarks();
  const rules =
    isOpen(mapping.level) && tree.type === 'documents' ? [...mapping.rules, ...documentRules] : mapping.rules;
  const parents = new Map(tree.items.map((item) => [item.sourceId, item.type]));
  const forms = new Map<string, Form>();
  const formOf = (level: ItemType, type: TargetWorkItemType): Form => {
    const key = `${level} ${type.name}`;
    const form = forms.get(key) ?? createForm(type, rulesOf(rules, level), { level, remarks });
    forms.set(key, form);
    return form;
  };

  const mapped = new Map<string, MappedItem>();
  for (const item of tree.items) {
    yield;
    const parentType = item.parentId === null ? null : (parents.get(item.parentId) ?? null);
    const choice = chooseType(item.type, parentType, types);
    mapped.set(
      item.sourceId,
      choice.type === null
        ? toUnmapped(item, choice.reason)
        : fillForm(formOf(item.type, choice.type), item, { isMarkdown: tree.type === 'documents', remarks }),
    );
  }
  return { mapped, warnings: [...mapping.warnings, ...remarks.list()] };
}

/** Somebody's own rules are complete; ours may be added to. */
const isOpen = (level: MapInput['mapping']['level']): boolean =>
  level === 'built-in' || level === 'process-template';

const rulesOf = (rules: readonly FieldRule[], level: ItemType): readonly FieldRule[] =>
  rules.filter(({ workItemType }) => workItemType === level);

const noWarnings: readonly PushWarning[] = [];

const toUnmapped = ({ name }: SourceItem, reason: string): MappedItem => ({
  targetType: null,
  title: name,
  fields: {},
  blocked: reason,
  warnings: noWarnings,
});
