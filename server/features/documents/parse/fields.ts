/** Brings the fields of front matter and header under one roof and picks the value that counts (DP5, DP6, DC9). */
import { toKey, toLookup } from './keys.ts';
import type { JsonObject, JsonValue, YamlEntry } from './safe-yaml.ts';

export interface Field {
  key: string;
  /** As text; a list has one value an item. */
  values: readonly string[];
  json: JsonValue;
  line: number;
  source: Source;
}

type Source = 'front matter' | 'quote' | 'plain';

const rankOf: Record<Source, number> = { 'front matter': 0, quote: 1, plain: 2 };

/** All fields of one key: `said` in order of appearance, `counting` those of the source that wins. */
interface Group {
  name: string;
  said: Field[];
  counting: Field[];
}

export type Fields = ReadonlyMap<string, Group>;

export function groupFields(fields: readonly Field[]): Fields {
  const groups = new Map<string, Group>();
  for (const field of fields) {
    const lookup = toLookup(field.key);
    const group = groups.get(lookup) ?? { name: toKey(field.key), said: [], counting: [] };
    group.said.push(field);
    groups.set(lookup, group);
  }
  for (const group of groups.values()) group.counting = findWinning(group.said);
  return groups;
}

/** A source that says nothing does not win over one that does. */
function findWinning(said: readonly Field[]): Field[] {
  const telling = said.filter(isTelling);
  const candidates = telling.length > 0 ? telling : said;
  const best = candidates.reduce((rank, { source }) => Math.min(rank, rankOf[source]), rankOf.plain);
  return said.filter(({ source }) => rankOf[source] === best);
}

/** The last telling field of the first of these keys that has one. */
export function findField(fields: Fields, ...lookups: string[]): Field | undefined {
  for (const lookup of lookups) {
    const field = fields.get(lookup)?.counting.findLast(isTelling);
    if (field !== undefined) return field;
  }
  return undefined;
}

export function findText(fields: Fields, ...lookups: string[]): string | null {
  const values = findField(fields, ...lookups)?.values.filter((value) => !isEmptyText(value));
  return values === undefined ? null : values.map((value) => value.trim()).join(', ');
}

/** DP18: a list may also be written as text with commas or line ends. */
export function findList(fields: Fields, ...lookups: string[]): string[] {
  const field = findField(fields, ...lookups);
  if (field === undefined) return [];
  const items = Array.isArray(field.json)
    ? field.values
    : field.values.flatMap((value) => value.split(/[,\n]/));
  return items.map((item) => item.trim()).filter((item) => !isEmptyText(item));
}

/** DP18 */
export function isEmptyText(text: string): boolean {
  return text.length < 100 && EMPTY.has(text.trim().toLowerCase());
}

const EMPTY = new Set(['', '""', 'null', '~', 'none', 'n/a', '-', '--', '—']);

function isTelling({ values }: Field): boolean {
  return values.some((value) => !isEmptyText(value));
}

const OWN = ['status', 'owner', 'priority', 'story_points', 'epic', 'story', 'depends_on', 'aliases'];

export interface Metadata {
  metadata: Record<string, string> | null;
  metadataValues: Record<string, string[]>;
}

/** `metadata` leaves out what has a place of its own; `metadataValues` keeps every value of every key. */
export function toMetadata(fields: Fields, unknownType: string | null): Metadata {
  const metadata = new Map<string, string>();
  const metadataValues = new Map<string, string[]>();
  for (const [lookup, { name, said, counting }] of fields) {
    const all = said.flatMap(({ values }) => values);
    if (all.length === 0) continue;
    metadataValues.set(name, all);
    if (!OWN.includes(lookup)) metadata.set(name, counting.flatMap(({ values }) => values).join('; '));
  }
  if (unknownType !== null && !metadata.has('type')) {
    metadata.set('type', unknownType);
    metadataValues.set('type', [unknownType]);
  }
  return {
    metadata: metadata.size === 0 ? null : Object.fromEntries(metadata),
    metadataValues: Object.fromEntries(metadataValues),
  };
}

export function toFrontMatterFields(entries: readonly YamlEntry[]): Field[] {
  return entries.map(({ key, value, line }) => ({
    key,
    values: toTexts(value),
    json: value,
    line,
    source: 'front matter',
  }));
}

function toTexts(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(toText);
  return value === null ? [] : [toText(value)];
}

function toText(value: Exclude<JsonValue, null> | JsonObject): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
