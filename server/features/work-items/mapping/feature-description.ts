/** A feature's description: its text, then what it is for and what goes in and out, as far as that is known (FM6). */
import { findValue, type FoundValue } from './find-value.ts';

export function readDescription(node: Readonly<Record<string, unknown>>): readonly FoundValue[] {
  const text = findValue(node, 'customFields.context_description') ?? findValue(node, 'description');
  const sections = parts.flatMap(([label, path]) => {
    const found = findValue(node, path);
    return found === undefined ? [] : [{ path: found.path, value: `${label}: ${toLine(found.value)}` }];
  });
  return text === undefined ? sections : [text, ...sections];
}

const parts: readonly (readonly [label: string, path: string])[] = [
  ['Purpose', 'purpose'],
  ['Input', 'input'],
  ['Output (Definition of Done)', 'output'],
  ['Approach', 'approach'],
];

const toLine = (value: unknown): string => {
  if (typeof value === 'string') return value.trim();
  return Array.isArray(value) ? value.map(String).join(', ') : JSON.stringify(value);
};
