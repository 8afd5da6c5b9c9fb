/** The values of one field merged into what the service takes for its type, or why it takes none (FM7, FM8, FM9). */
import type { TargetField } from '../tracker.ts';
import { fieldNames } from './field-names.ts';
import type { FieldOutcome, Problem, SourcedValue } from './field-outcome.ts';
import { toLongText } from './long-text.ts';
import { parseMoment } from './moment.ts';
import { pickAllowed } from './pick-allowed.ts';
import { toLine } from './source-text.ts';
import { toTagField } from './tag-field.ts';
import { transformValue } from './transform-value.ts';

export interface ConvertOptions {
  readonly isMarkdown: boolean;
}

export function convertField(
  field: TargetField,
  values: readonly SourcedValue[],
  { isMarkdown }: ConvertOptions,
): FieldOutcome {
  if (values.length === 0) return nothing;
  if (field.referenceName === fieldNames.tags) return { ...nothing, ...toTagField(values, field) };
  if (isLong(field))
    return { ...nothing, ...toLongText(field, values, { isHtml: field.type === 'html', isMarkdown }) };
  return toSingle(field, values);
}

const nothing: FieldOutcome = { value: undefined, problems: [], refused: null, hasRivals: false };

const isLong = ({ type }: TargetField): boolean =>
  type === 'html' || type === 'plainText' || type === 'history';

function toSingle(field: TargetField, values: readonly SourcedValue[]): FieldOutcome {
  const [first, ...rest] = values;
  if (first === undefined) return nothing;
  const { text, problems } = transformValue(first, field);
  const hasRivals = rest.some((other) => transformValue(other, field).text !== text);
  if (text === undefined) return { ...nothing, problems, refused: quote(first.value), hasRivals };
  if (text === '') return { ...nothing, problems, hasRivals };

  const typed = toTyped(field, text);
  const value = typed === undefined ? undefined : pickAllowed(field, typed);
  if (value === undefined) {
    return { value, problems: [...problems, describe(field, text)], refused: quote(text), hasRivals };
  }
  if (typeof value === 'string' && value.length > longestLine) {
    const cut: Problem = {
      code: 'text_cut',
      message: `${field.referenceName} is cut at ${longestLine} characters.`,
    };
    return { ...nothing, value: cutLine(value), problems: [...problems, cut], hasRivals };
  }
  return { ...nothing, value, problems, hasRivals };
}

const longestLine = 255;

const cutLine = (text: string): string => text.slice(0, longestLine).replace(/[\uD800-\uDBFF]$/, '');

function toTyped({ type }: TargetField, text: string): string | number | boolean | undefined {
  if (type === 'integer' || type === 'double') return toNumber(text, type === 'integer');
  if (type === 'boolean') return booleans.get(text.trim().toLowerCase());
  if (type === 'dateTime') return parseMoment(text);
  return toLine(text);
}

function toNumber(text: string, isWhole: boolean): number | undefined {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) && (!isWhole || Number.isInteger(number)) ? number : undefined;
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['0', false],
]);

function describe({ referenceName, type, allowedValues }: TargetField, text: string): Problem {
  const isListed = allowedValues !== null && allowedValues.length > 0;
  return {
    code: 'value_not_allowed',
    message: isListed
      ? `${quote(text)} is none of the values of ${referenceName}; it is left out.`
      : `${quote(text)} is no ${type} for ${referenceName}; it is left out.`,
  };
}

function quote(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return `"${toLine(text).slice(0, 100)}"`;
}
