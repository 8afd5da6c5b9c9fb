/** Finds what a document's own text refers to: ids and links, in its fields and in its body (LK15, LK16). */
import { isEmptyText, type Field } from './fields.ts';
import { findIds, locateIds, type IdPatterns } from './ids.ts';
import { codeSpanFinder, endOfLine, type Span } from './mask.ts';
import { countNewlines, type YamlEntry } from './safe-yaml.ts';

/** An id, or the path of a relative link as written; `ids` are those in the text of the link. */
interface Reference {
  readonly kind: 'id' | 'path';
  readonly value: string;
  readonly line: number;
  readonly ids?: readonly string[];
}

export type FieldReference = Reference & { readonly key: string };
export type Mention = Reference & { readonly count: number };

/** Small: fields and text that refer to nothing leave nothing behind. */
export interface DocumentReferences {
  /** Of quote headers, in order of appearance. */
  readonly header: readonly FieldReference[];
  /** Of front matter. */
  readonly frontMatter?: readonly FieldReference[];
  /** Of the text, once per target with its first line. */
  readonly mentions: readonly Mention[];
  /** Where front matter lists its tasks. */
  readonly tasksLine?: number;
}

export interface ReferringText {
  /** Masked (DP2), with line feeds only. */
  readonly text: string;
  readonly bodyStart: number;
  readonly header: { readonly fields: readonly Field[]; readonly lines: readonly Span[] };
  readonly frontMatter: readonly YamlEntry[];
}

const longestId = 200;
const longestPath = 1000;

export function findReferences(document: ReferringText, patterns: IdPatterns): DocumentReferences {
  const header = document.header.fields.flatMap(({ key, values, line }) =>
    values.flatMap((value) => findInField(key, value, line, patterns)),
  );
  const declared = document.frontMatter.flatMap(({ key, value, line }) =>
    (Array.isArray(value) ? value : [value]).flatMap((item) =>
      typeof item === 'string' ? findInField(key, item, line, patterns) : [],
    ),
  );
  const tasksLine = document.frontMatter.find(({ key }) => key === 'tasks')?.line;
  return {
    header,
    ...(declared.length === 0 ? {} : { frontMatter: declared }),
    mentions: findMentions(document, patterns),
    ...(tasksLine === undefined ? {} : { tasksLine }),
  };
}

/** LK15: `none …` names nothing, whatever follows. */
function findInField(key: string, value: string, line: number, patterns: IdPatterns): FieldReference[] {
  if (!/\d{4}|[0-9A-Z]{8}|\]\(/.test(value) || isEmptyText(value) || /^none\b/i.test(value)) return [];
  return scan(value, 0, patterns, () => false).map(({ at: _at, ...found }) => ({ key, ...found, line }));
}

/** The header is no body; its fields are found by themselves. */
function findMentions({ text, bodyStart, header }: ReferringText, patterns: IdPatterns): readonly Mention[] {
  const mentions = new Map<string, { -readonly [K in keyof Mention]: Mention[K] }>();
  let line = 1;
  let counted = 0;
  let passed = 0;
  for (const { at, ...found } of scan(text, bodyStart, patterns, codeSpanFinder(text))) {
    while (passed < header.lines.length && header.lines[passed]!.end <= at) passed += 1;
    if (passed < header.lines.length && header.lines[passed]!.start <= at) continue;
    const known = mentions.get(found.value);
    if (known !== undefined) {
      known.count += 1;
      continue;
    }
    line += countNewlines(text, counted, at);
    counted = at;
    mentions.set(found.value, { ...found, line, count: 1 });
  }
  return [...mentions.values()];
}

type Found = Omit<Reference, 'line'> & { readonly at: number };

/** In order of appearance; an id in the text of a link belongs to the link, one in its path is a part of the path. */
function scan(
  text: string,
  from: number,
  patterns: IdPatterns,
  isCode: (at: number) => boolean,
): readonly Found[] {
  const links = findLinks(text, from, patterns, isCode);
  const ids: Found[] = [];
  let next = 0;
  for (const { id, at } of locateIds(text, from, patterns)) {
    while (next < links.length && links[next]!.end <= at) next += 1;
    if (next < links.length && links[next]!.at <= at) continue;
    if (id.length <= longestId) ids.push({ kind: 'id', value: id, at });
  }
  if (links.length === 0) return ids;
  return [...ids, ...links.map(({ end: _end, ...link }) => link)].sort((one, other) => one.at - other.at);
}

/** `[text](path)`, and `[name]: path` at the start of a line. */
const LINK =
  /\[([^[\]\n]{0,300})\]\([ \t]*(?:<([^<>\n]{1,1000})>|((?:[^()\s<>]|\([^()\s<>]*\)){1,1000}))(?:[ \t]+["'(][^\n]{0,300}?)?[ \t]*\)|^ {0,3}\[[^[\]\n]{1,300}\]:[ \t]+<?([^\s<>]{1,1000})/gm;

function findLinks(
  text: string,
  from: number,
  patterns: IdPatterns,
  isCode: (at: number) => boolean,
): (Found & { readonly end: number })[] {
  const found: (Found & { readonly end: number })[] = [];
  const mark = /\]\(|\]: /g;
  mark.lastIndex = from;
  for (let near = mark.exec(text); near !== null; near = mark.exec(text)) {
    // A link stands on one line, and each line is looked at once.
    const lineStart = Math.max(from, text.lastIndexOf('\n', near.index) + 1);
    const lineEnd = endOfLine(text, near.index);
    mark.lastIndex = lineEnd;
    for (const match of text.slice(lineStart, lineEnd).matchAll(LINK)) {
      const path = toLinkedPath(match[2] ?? match[3] ?? match[4] ?? '');
      const at = lineStart + match.index;
      if (path === null || isCode(at)) continue;
      const ids = /\d/.test(match[1] ?? '') ? findIds(match[1] ?? '', patterns) : [];
      const named = ids.length === 0 ? {} : { ids: [...new Set(ids)] };
      found.push({ kind: 'path', value: path, at, end: at + match[0].length, ...named });
    }
  }
  return found;
}

/** A relative link to a document, without query and fragment; null for everything else. */
export function toLinkedPath(target: string): string | null {
  const path = decode(target.replace(/[?#].*$/s, ''));
  if (path === null || !path.endsWith('.md') || path.length > longestPath) return null;
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(path) || /[\0\n*<>{}|]|\$\{/.test(path)) return null;
  return path;
}

function decode(path: string): string | null {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
