/** Reads YAML that a stranger may have written: plain data only, bounded depth, no anchors, aliases or tags (DP3). */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node } from 'yaml';

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export type JsonObject = { [key: string]: JsonValue };

/** `line` and `column` count from 1 within the text that was given. */
export interface Place {
  line: number;
  column: number;
}

export interface YamlEntry {
  key: string;
  value: JsonValue;
  line: number;
}

export type YamlReading =
  | { outcome: 'mapping'; value: JsonObject; entries: YamlEntry[]; repeatedKeys: ({ key: string } & Place)[] }
  | { outcome: 'not-a-mapping'; isEmpty: boolean }
  | ({ outcome: 'broken'; reason: string } & Place);

const MAX_DEPTH = 32;
const MAX_REPORTED_KEYS = 20;

export function readYaml(text: string): YamlReading {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    uniqueKeys: false,
    prettyErrors: false,
    keepSourceTokens: false,
    logLevel: 'silent',
  });
  const [error] = document.errors;
  if (error !== undefined)
    return { outcome: 'broken', reason: error.message, ...toPlace(text, error.pos[0]) };
  const root = document.contents;
  try {
    const repeated: { key: string; offset: number }[] = [];
    if (!isMap(root))
      return { outcome: 'not-a-mapping', isEmpty: root === null || toJson(root, 1, repeated) === null };
    const value = toJson(root, 1, repeated) as JsonObject;
    return {
      outcome: 'mapping',
      value,
      entries: listEntries(text, root.items, value),
      repeatedKeys: repeated
        .slice(0, MAX_REPORTED_KEYS)
        .map(({ key, offset }) => ({ key, ...toPlace(text, offset) })),
    };
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return { outcome: 'broken', reason: refusal.message, ...toPlace(text, refusal.offset) };
  }
}

class Refusal extends Error {
  readonly offset: number;

  constructor(reason: string, node: Node) {
    super(reason);
    this.offset = node.range?.[0] ?? 0;
  }
}

interface Repeated {
  key: string;
  offset: number;
}

function toJson(node: unknown, depth: number, repeated: Repeated[]): JsonValue {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) throw new Refusal(`Alias *${node.source} is not allowed`, node);
  if (!isScalar(node) && !isMap(node) && !isSeq(node)) return null;
  if (node.anchor !== undefined) throw new Refusal(`Anchor &${node.anchor} is not allowed`, node);
  if (node.tag !== undefined) throw new Refusal(`Tag ${node.tag} is not allowed`, node);
  if (isScalar(node)) return toScalar(node.value, node.source);
  if (depth > MAX_DEPTH) throw new Refusal(`Nested deeper than ${MAX_DEPTH} levels`, node);
  if (isSeq(node)) return node.items.map((item) => toJson(item, depth + 1, repeated));

  const entries = new Map<string, JsonValue>();
  for (const { key: keyNode, value } of node.items) {
    const key = toKey(keyNode, depth, repeated);
    if (entries.has(key)) repeated.push({ key, offset: offsetOf(keyNode) });
    entries.set(key, toJson(value, depth + 1, repeated));
  }
  // fromEntries defines own properties, so that even `__proto__` is only a key.
  return Object.fromEntries(entries);
}

function toKey(node: unknown, depth: number, repeated: Repeated[]): string {
  const key = toJson(node, depth + 1, repeated);
  if (isScalar(node) && typeof node.source === 'string' && typeof node.value !== 'string') {
    return toStorable(node.source);
  }
  return typeof key === 'string' ? key : JSON.stringify(key);
}

/** A number stays a number only if its text can be had back: `1.10`, `007` and `12e4567` mean more than their value. */
function toScalar(value: unknown, source: string | undefined): JsonValue {
  if (typeof value === 'string') return toStorable(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && String(value) === source) return value;
  return value === null || source === undefined ? null : toStorable(source);
}

/** Escapes can spell what Postgres refuses: NUL and halves of surrogate pairs. */
function toStorable(text: string): string {
  if (!/[\0\uD800-\uDFFF]/.test(text)) return text;
  return text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** The entries of the root with their lines; of a repeated key only the last stands. */
function listEntries(text: string, items: readonly { key: unknown }[], value: JsonObject): YamlEntry[] {
  const lines = new Map<string, number>();
  let line = 1;
  let counted = 0;
  for (const { key } of items) {
    const offset = offsetOf(key);
    line += countNewlines(text, counted, offset);
    counted = Math.max(counted, offset);
    lines.set(toKey(key, 1, []), line);
  }
  return Object.entries(value).map(([key, entry]) => ({ key, value: entry, line: lines.get(key) ?? 1 }));
}

function offsetOf(node: unknown): number {
  return isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
}

function toPlace(text: string, offset: number): Place {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  return { line: 1 + countNewlines(text, 0, offset), column: offset - (offset === 0 ? 0 : lineStart) + 1 };
}

export function countNewlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
