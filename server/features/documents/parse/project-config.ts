/** Reads what a tree says about itself in `.config.yaml` or `.version`; strange entries are named and left out. */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import { HealthRule } from '../../../../shared/views/health-check.ts';
import { toStatusKey } from './keys.ts';
import { readYaml, type JsonObject, type JsonValue } from './safe-yaml.ts';
import { canonicalStatuses, type KnownStatus, type TypeStatuses } from './status-tables.ts';
import type { TypeNames } from './type-tables.ts';

export interface ProjectConfig {
  schemaVersion: string | null;
  profile: string | null;
  statusVocab: Map<string, TypeStatuses>;
  statusAliases: Map<string, KnownStatus>;
  types: TypeNames;
  /** Null for what the tree leaves open. */
  health: { suppress: HealthRule[] | null; staleDays: number | null };
}

const MAX_CHARACTERS = 256 * 1024;

/** Both files have the same keys; the caller takes `schemaVersion` and `profile` from the first that has them (PJ1). */
export function parseProjectConfig(
  text: string,
  path = '.config.yaml',
): { config: ProjectConfig; issues: FileIssue[] } {
  if (text.length > MAX_CHARACTERS) {
    const message = `Larger than ${MAX_CHARACTERS} characters; the built-in tables are used`;
    return { config: emptyConfig(), issues: [toFileIssue(path, 'TOO_LARGE', message)] };
  }
  const reading = readYaml(text.replace(/^\uFEFF/, ''));
  if (reading.outcome === 'broken') {
    const { line, column, reason } = reading;
    const message = `Not valid YAML: ${reason}; the built-in tables are used`;
    return { config: emptyConfig(), issues: [toFileIssue(path, 'YAML_ERROR', message, { line, column })] };
  }
  if (reading.outcome === 'not-a-mapping') {
    const message = 'Holds no keys; the built-in tables are used';
    return {
      config: emptyConfig(),
      issues: reading.isEmpty ? [] : [toFileIssue(path, 'YAML_ERROR', message)],
    };
  }
  const refused: string[] = [];
  const config = toConfig(reading.value, refused);
  const lines = new Map(reading.entries.map(({ key, line }) => [key, line]));
  return {
    config,
    issues: refused.map((name) =>
      toFileIssue(path, 'UNKNOWN_KEYS', `${name} is not understood and has no effect`, {
        line: lines.get(name.split('.')[0] ?? '') ?? null,
      }),
    ),
  };
}

export function emptyConfig(): ProjectConfig {
  return {
    schemaVersion: null,
    profile: null,
    statusVocab: new Map(),
    statusAliases: new Map(),
    types: { prefixes: {}, stems: {}, folders: {}, values: {} },
    health: { suppress: null, staleDays: null },
  };
}

function toConfig(root: JsonObject, refused: string[]): ProjectConfig {
  return {
    schemaVersion: toText(root['schema_version']),
    profile: toText(root['profile']),
    statusVocab: toStatusVocab(root['status_vocab'], refused),
    statusAliases: toStatusAliases(root['status_aliases'], refused),
    types: toTypeNames(root['types'], refused),
    health: toHealth(root['health'], refused),
  };
}

/** `story: [Gated]` adds open words; `story: {open: [Gated], terminal: [Shipped]}` says which end it. */
function toStatusVocab(value: JsonValue | undefined, refused: string[]): Map<string, TypeStatuses> {
  const vocabulary = new Map<string, TypeStatuses>();
  for (const [type, words] of entriesOf(value, 'status_vocab', refused)) {
    const lists = isMapping(words) ? words : { open: words };
    const [open, terminal] = [toWords(lists['open']), toWords(lists['terminal'])];
    if (open.length + terminal.length === 0) refused.push(`status_vocab.${type}`);
    else vocabulary.set(type, { open, terminal });
  }
  return vocabulary;
}

/** Either way round: `gated: blocked`, or `blocked: [gated, parked]`. */
function toStatusAliases(value: JsonValue | undefined, refused: string[]): Map<string, KnownStatus> {
  const aliases = new Map<string, KnownStatus>();
  for (const [key, entry] of entriesOf(value, 'status_aliases', refused)) {
    const isList = Array.isArray(entry);
    const status = toKnownStatus(isList ? key : toText(entry));
    if (status === undefined) refused.push(`status_aliases.${key}`);
    else for (const word of isList ? toWords(entry) : [key]) aliases.set(word, status);
  }
  return aliases;
}

function toTypeNames(value: JsonValue | undefined, refused: string[]): TypeNames {
  const tables = { prefixes: {}, stems: {}, folders: {}, values: {} };
  for (const [table, names] of entriesOf(value, 'types', refused)) {
    if (!isTable(table, tables)) {
      refused.push(`types.${table}`);
      continue;
    }
    const kept = entriesOf(names, `types.${table}`, refused).flatMap(([name, type]) => {
      const isFit = typeof type === 'string' && /^[\w-]{1,40}$/.test(type) && isFitName(table, name);
      if (!isFit) refused.push(`types.${table}.${name}`);
      return isFit ? [[name, type] as const] : [];
    });
    tables[table] = Object.fromEntries(kept);
  }
  return tables;
}

function isTable<Tables extends object>(name: string, tables: Tables): name is string & keyof Tables {
  return Object.hasOwn(tables, name);
}

/** Prefixes become part of a pattern, so only letters may pass. */
function isFitName(table: string, name: string): boolean {
  return table === 'prefixes' ? /^[A-Za-z]{1,10}$/.test(name) : name.trim() !== '';
}

function toHealth(value: JsonValue | undefined, refused: string[]): ProjectConfig['health'] {
  const health: ProjectConfig['health'] = { suppress: null, staleDays: null };
  for (const [key, entry] of entriesOf(value, 'health', refused)) {
    if (key === 'suppress') health.suppress = toRules(entry, refused);
    else if (key === 'stale_days' && isDays(entry)) health.staleDays = entry;
    else refused.push(`health.${key}`);
  }
  return health;
}

function toRules(value: JsonValue, refused: string[]): HealthRule[] {
  const rules = toWords(value).flatMap((word) => {
    const rule = HealthRule.safeParse(word);
    if (!rule.success) refused.push(`health.suppress.${word}`);
    return rule.success ? [rule.data] : [];
  });
  return [...new Set(rules)];
}

function isDays(value: JsonValue): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 3650;
}

function toKnownStatus(text: string | null): KnownStatus | undefined {
  const wanted = text === null ? null : toStatusKey(text);
  return canonicalStatuses.find((status) => status === wanted);
}

function entriesOf(value: JsonValue | undefined, name: string, refused: string[]): [string, JsonValue][] {
  if (value === undefined || value === null) return [];
  if (isMapping(value)) return Object.entries(value);
  refused.push(name);
  return [];
}

function toWords(value: JsonValue | undefined): string[] {
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [];
  return items.flatMap((item) => toText(item) ?? []);
}

function toText(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return null;
  return String(value).trim() || null;
}

function isMapping(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
