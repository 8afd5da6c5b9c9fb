/** One item in the fields of its work item type, or the reason why the type refuses it (FM9). */
import type { PushWarning, SourceItem } from '../../../../shared/work-items.ts';
import type { MappedItem } from '../planned.ts';
import type { TargetField } from '../tracker.ts';
import { convertField } from './convert-field.ts';
import { fieldNames } from './field-names.ts';
import type { FieldOutcome, SourcedValue } from './field-outcome.ts';
import { isLeftToUs, type FieldSource, type Form, type FormField } from './form.ts';
import type { Remarks } from './remarks.ts';
import { toLine } from './source-text.ts';
import { cutTitle } from './title.ts';
import { transformValue } from './transform-value.ts';

interface FillOptions {
  /** The source's texts are markdown by nature. */
  readonly isMarkdown: boolean;
  readonly remarks: Remarks;
}

type Node = Readonly<Record<string, unknown>>;

export function fillForm(form: Form, item: SourceItem, { isMarkdown, remarks }: FillOptions): MappedItem {
  // PU11: whoever read the tree has named what had no name.
  const node: Node = { ...item.node, name: item.name };
  const title = fillTitle(form, node);
  const fields: Record<string, unknown> = { [form.title.field.referenceName]: title.text };
  const sources: Record<string, string> = { [form.title.field.referenceName]: title.path };
  const warnings: PushWarning[] = [];
  const faults: string[] = form.unfilled.map(describeUnfilled);
  const note = (field: string, { code, message }: Pick<PushWarning, 'code' | 'message'>): void => {
    warnings.push({ code, message, ardoqId: item.sourceId, field });
  };
  if (title.hasRivals) remarks.say(describeRivals(form, form.title.field));
  if (title.isCut) {
    note(form.title.field.referenceName, {
      code: 'title_cut',
      message: `The title of "${title.text}" is longer than 255 characters; it is cut.`,
    });
  }

  for (const { field, sources: from } of form.fields) {
    const values = [...toHead(field, title), ...readSources(from, node)];
    const outcome = convertField(field, values, { isMarkdown });
    for (const problem of outcome.problems) note(field.referenceName, problem);
    if (outcome.hasRivals) remarks.say(describeRivals(form, field));
    const fault = findFault(field, outcome);
    if (fault !== undefined) faults.push(fault);
    if (outcome.value !== undefined) {
      fields[field.referenceName] = outcome.value;
      sources[field.referenceName] = [...new Set(values.map(({ path }) => path))].join(', ');
    } else if (isEmpty(outcome) && !field.isRequired) {
      fields[field.referenceName] = null;
    }
  }
  for (const { referenceName, sources: from } of form.lacking) {
    if (readSources(from, node).length > 0) remarks.say(describeLack(form, referenceName));
  }
  return {
    targetType: form.type.name,
    title: title.text,
    fields,
    blocked: faults.length === 0 ? null : faults.join(' '),
    warnings,
    sources,
  };
}

interface Title {
  readonly text: string;
  readonly full: string;
  readonly isCut: boolean;
  readonly path: string;
  readonly hasRivals: boolean;
}

function fillTitle({ title }: Form, node: Node): Title {
  const named = readSources(title.sources, node).map((value) => ({
    path: value.path,
    text: toLine(transformValue(value, title.field).text ?? ''),
  }));
  const [first = { path: 'name', text: 'Untitled' }] = named.filter(({ text }) => text !== '');
  const hasRivals = named.some(({ text }) => text !== '' && text !== first.text);
  return { ...cutTitle(first.text), full: first.text, path: first.path, hasRivals };
}

/** FM9: what the title lost is at the head of the description. */
const toHead = ({ referenceName }: TargetField, { isCut, full, path }: Title): readonly SourcedValue[] =>
  isCut && referenceName === fieldNames.description
    ? [{ path, value: full, transform: { name: 'text' } }]
    : [];

const readSources = (sources: FormField['sources'], node: Node): readonly SourcedValue[] =>
  sources.flatMap(({ read, transform, path }: FieldSource) =>
    read(node).map((found) => ({ ...found, transform, isTagList: path.toLowerCase().endsWith('tags') })),
  );

/** There is nothing in the source, as against something that cannot be sent. */
const isEmpty = ({ refused, problems }: FieldOutcome): boolean => refused === null && problems.length === 0;

function findFault(field: TargetField, { value, refused }: FieldOutcome): string | undefined {
  if (value !== undefined) return undefined;
  if (refused !== null && field.isRequired)
    return `The required field ${describe(field)} cannot hold ${refused}.`;
  return isLeftToUs(field) ? describeUnfilled(field) : undefined;
}

const describe = ({ name, referenceName }: TargetField): string => `"${name}" (${referenceName})`;

const describeUnfilled = (field: TargetField): string =>
  `The required field ${describe(field)} has neither a value nor a default.`;

const describeLack = ({ type }: Form, field: string): PushWarning => ({
  code: 'field_missing',
  message: `The type ${type.name} has no field ${field}; it is left out.`,
  field,
});

const describeRivals = ({ type }: Form, { referenceName }: TargetField): PushWarning => ({
  code: 'several_values',
  message: `Several values are mapped to ${referenceName} of ${type.name}; the first that is there is taken.`,
  field: referenceName,
});
