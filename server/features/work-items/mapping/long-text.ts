/** The texts of a long field as one: a blank line between them, and no longer than the service keeps (FM7, FM8, AZ15). */
import type { TargetField } from '../tracker.ts';
import type { FieldOutcome, Problem, SourcedValue } from './field-outcome.ts';
import { detectKind, toSafeHtml, type TextKind } from './rich-text.ts';
import { transformValue } from './transform-value.ts';

interface LongTextOptions {
  readonly isHtml: boolean;
  readonly isMarkdown: boolean;
}

export function toLongText(
  field: TargetField,
  values: readonly SourcedValue[],
  { isHtml, isMarkdown }: LongTextOptions,
): Pick<FieldOutcome, 'value' | 'problems'> {
  const blankLine = isHtml ? '<br><br>' : '\n\n';
  let text = '';
  let isCut = false;
  const problems: Problem[] = [];
  for (const value of values) {
    const transformed = transformValue(value, field);
    problems.push(...transformed.problems);
    const plain = (transformed.text ?? '').trim();
    const render = isHtml ? createRenderer(value, plain, isMarkdown) : (part: string) => part;
    const separator = text === '' ? '' : blankLine;
    const room = longestText - text.length - separator.length;
    const { part, isShort } = fit(plain, render, room);
    if (part !== '') text += separator + part;
    isCut ||= isShort;
  }
  return {
    value: text === '' ? undefined : text,
    problems: isCut
      ? [...problems, { code: 'text_cut', message: `The text is cut at ${longestText} characters.` }]
      : problems,
  };
}

const longestText = 1_000_000;

type Render = (plain: string) => string;

function createRenderer({ transform }: SourcedValue, plain: string, isMarkdown: boolean): Render {
  const kind = chooseKind(transform?.name, plain, isMarkdown);
  return (part) => toSafeHtml(part, kind);
}

function chooseKind(transform: string | undefined, plain: string, isMarkdown: boolean): TextKind {
  if (transform === 'html' || transform === 'markdown') return transform;
  if (transform !== undefined) return 'plain';
  return isMarkdown ? 'markdown' : detectKind(plain);
}

/** Cut before it is rendered: half a tag is no HTML. */
function fit(
  plain: string,
  render: Render,
  room: number,
): { readonly part: string; readonly isShort: boolean } {
  let rest = plain.length > room ? cut(plain, room) : plain;
  let part = render(rest);
  while (part.length > room) {
    rest = cut(rest, Math.floor((rest.length * room * 0.98) / part.length));
    part = render(rest);
  }
  return { part, isShort: rest.length < plain.length };
}

const cut = (text: string, length: number): string =>
  text.slice(0, Math.max(length, 0)).replace(/[\uD800-\uDBFF]$/, '');
