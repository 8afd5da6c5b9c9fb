/** Values of a source as text, without what no service and no XML can carry. */

export function toSourceText(value: unknown): string {
  if (typeof value === 'string') return clean(value);
  if (value === null || value === undefined) return '';
  if (Array.isArray(value))
    return value
      .map(toSourceText)
      .filter((text) => text !== '')
      .join('\n');
  if (typeof value === 'object') return toSourceText(findLabel(value) ?? JSON.stringify(value));
  return String(value as number | boolean | bigint);
}

/** Single-line fields hold one line. */
export const toLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What a person would call it. */
function findLabel(value: object): unknown {
  const fields = value as Readonly<Record<string, unknown>>;
  return ['name', 'displayName', 'label', 'value', 'email'].map((key) => fields[key]).find(isNaming);
}

const isNaming = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

const clean = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/g, '')
    .replace(/\p{Surrogate}/gu, '\uFFFD');
