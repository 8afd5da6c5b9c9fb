/** One value put through its transform, as text for the field it is meant for (FM5, FM10). */
import type { TargetField } from '../tracker.ts';
import type { Problem, SourcedValue } from './field-outcome.ts';
import { parseMoment } from './moment.ts';
import { toLine, toSourceText } from './source-text.ts';

export interface Transformed {
  /** Undefined for a value that the transform cannot read: it is left out. */
  readonly text: string | undefined;
  readonly problems: readonly Problem[];
}

export function transformValue({ value, transform }: SourcedValue, field: TargetField): Transformed {
  const text = toSourceText(value);
  switch (transform?.name) {
    case 'priority':
      return toPriority(text);
    case 'risk':
      return plain(toRisk(text));
    case 'number':
      return Number.isFinite(Number(text)) && text.trim() !== ''
        ? plain(text.trim())
        : unreadable(text, 'number');
    case 'date': {
      const moment = parseMoment(text);
      return moment === undefined ? unreadable(text, 'date') : plain(moment);
    }
    case 'map': {
      const mapped = transform.values.get(toLine(text).toLowerCase());
      return mapped === undefined
        ? unreadable(text, `value of the map of ${field.referenceName}`)
        : plain(mapped);
    }
    case 'tags':
    case 'text':
    case 'html':
    case 'markdown':
    case undefined:
      return plain(text);
    default:
      return transform satisfies never;
  }
}

const plain = (text: string): Transformed => ({ text, problems: [] });

const unreadable = (text: string, kind: string): Transformed => ({
  text: undefined,
  problems: [
    { code: 'value_unreadable', message: `"${toLine(text).slice(0, 100)}" is no ${kind}; it is left out.` },
  ],
});

const priorities: ReadonlyMap<string, string> = new Map([
  ['critical', '1'],
  ['high', '2'],
  ['medium', '3'],
  ['med', '3'],
  ['low', '4'],
]);

function toPriority(text: string): Transformed {
  const word = toLine(text).toLowerCase();
  const known = /^[1-4](\.0+)?$/.test(word) ? word.slice(0, 1) : priorities.get(word);
  if (known !== undefined) return plain(known);
  return {
    text: '3',
    problems: [
      {
        code: 'priority_unknown',
        message: `"${toLine(text).slice(0, 100)}" is no priority that is known; 3 is sent.`,
      },
    ],
  };
}

const risks: ReadonlyMap<string, string> = new Map([
  ['high', '1 - High'],
  ['medium', '2 - Medium'],
  ['med', '2 - Medium'],
  ['low', '3 - Low'],
]);

const toRisk = (text: string): string => risks.get(toLine(text).toLowerCase()) ?? toLine(text);
