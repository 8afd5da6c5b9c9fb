/** The fields of front matter by any of their spellings (DP6, DP17, DP18). */

export interface Fields {
  get(lookup: string): unknown;
  values(): Iterable<unknown>;
}

type Mapping = Readonly<Record<string, unknown>>;

/** Most people spell their keys as they are looked up: tens of thousands of tasks need no copy then. */
export function toFields(record: Mapping): Fields {
  const keys = Object.keys(record);
  if (keys.every((key) => toLookup(key) === key)) return new PlainFields(record);
  return new Map(keys.map((key) => [toLookup(key), record[key]]));
}

class PlainFields implements Fields {
  readonly #record: Mapping;

  constructor(record: Mapping) {
    this.#record = record;
  }

  get(lookup: string): unknown {
    return Object.hasOwn(this.#record, lookup) ? this.#record[lookup] : undefined;
  }

  values(): Iterable<unknown> {
    return Object.values(this.#record);
  }
}

/** DP6: `Depends on`, `depends_on` and `Depends-on` are one key. */
export const toLookup = (key: string): string =>
  /^[a-z0-9_]+$/.test(key)
    ? key
    : key
        .trim()
        .toLowerCase()
        .replace(/[\s-]+/g, '_');

/** The first of these keys that says something. */
export function findValue(fields: Fields, ...keys: string[]): unknown {
  for (const key of keys) {
    const value = fields.get(key);
    if (value !== undefined && !isEmpty(value)) return value;
  }
  return undefined;
}

export function findText(fields: Fields, ...keys: string[]): string | null {
  const value = findValue(fields, ...keys);
  if (value === undefined) return null;
  const texts = toTexts(value);
  return texts.length === 0 ? null : texts.join(', ');
}

/** DP18: a list may be written as one, or as text with commas or line ends. */
export function findList(fields: Fields, ...keys: string[]): readonly string[] {
  return toList(findValue(fields, ...keys));
}

export function toList(value: unknown): readonly string[] {
  if (typeof value !== 'string') return toTexts(value);
  return value
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => !isEmpty(item));
}

/** A whole number from 0, written as one. */
export function findCount(fields: Fields, ...keys: string[]): number | null {
  const text = findText(fields, ...keys);
  return text !== null && /^\d{1,7}$/.test(text) ? Number(text) : null;
}

/** DP17: 0 to 100, from a number or `n%`. */
export function findPercent(fields: Fields, ...keys: string[]): number | null {
  const digits = /^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(findText(fields, ...keys) ?? '')?.[1];
  const percent = digits === undefined ? NaN : Math.round(Number(digits));
  return percent >= 0 && percent <= 100 ? percent : null;
}

const none: readonly string[] = [];

/** Values of all of these keys, each once. */
export function findAll(fields: Fields, keys: readonly string[]): readonly string[] {
  let found: readonly string[] = none;
  for (const key of keys) {
    const values = toList(fields.get(key));
    if (values.length > 0) found = [...new Set([...found, ...values])];
  }
  return found;
}

/** Texts of a value, one for a scalar; what is nested stays out. */
export function toTexts(value: unknown): readonly string[] {
  if (value === undefined || value === null) return none;
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string' && typeof item !== 'number' && typeof item !== 'boolean') continue;
    const text = String(item).trim();
    if (!isEmpty(text)) texts.push(text);
  }
  return texts.length === 0 ? none : texts;
}

export function isRecord(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** DP18 */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (typeof value === 'string') return value.length < 100 && empty.has(value.trim().toLowerCase());
  return Array.isArray(value) && value.every(isEmpty);
}

const empty: ReadonlySet<string> = new Set(['', '""', 'null', '~', 'none', 'n/a', '-', '--', '—']);
