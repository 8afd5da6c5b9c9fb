/** What the arguments of a slash command name: paths, slugs and phases (LK8). */
import { findPathSlug, isSlugToken } from '../../../../shared/slugs.ts';
import { toComparable } from './session-facts.ts';

export interface CommandArguments {
  /** At most 8; the first one below `implementation_plans/` leads. */
  readonly paths: readonly string[];
  /** What may be the alias of a feature, in lower case. */
  readonly slugs: readonly string[];
  /** `all`, or the numbers, ranges spelled out. */
  readonly phases: readonly string[];
}

const mostPaths = 8;
/** Arguments may hold a whole pasted document; what the command is about stands in front. */
const longestRead = 4000;
const mostSlugs = 64;

export function parseCommandArguments(text: string): CommandArguments {
  const words = splitWords(text.slice(0, longestRead));
  const paths = leadWithPlan(unique(words.map(toPath).filter(isText)).slice(0, mostPaths));
  const others = words.filter((word) => toPath(word) === undefined);
  const ofPaths = paths.map((path) => findPathSlug({ path, entry: '.', type: 'other' }));
  const ofWords = others.map((word) => toSlug(word));
  return {
    paths,
    slugs: unique([...ofPaths, ...ofWords].filter(isText)).slice(0, mostSlugs),
    phases: findPhases(others),
  };
}

/** Blanks and the signs that wrap a path part words; a quoted path may hold blanks. */
function splitWords(text: string): string[] {
  return [...text.matchAll(word)].flatMap(([whole, ...quoted]) => {
    const inner = quoted.find((part) => part !== undefined);
    if (inner === undefined) return [whole];
    return toPath(inner) === undefined
      ? inner.split(/[\s"'`<>[\](),;]+/).filter((part) => part !== '')
      : [inner];
  });
}

const word = /"([^"\n]{1,1000})"|'([^'\n]{1,1000})'|`([^`\n]{1,1000})`|[^\s"'`<>[\](),;]{1,1000}/g;

/** As the index spells paths; nothing for words, addresses, patterns and what leaves the project (LK4). */
function toPath(text: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /[*{}<>|?]|\$\{/.test(text)) return undefined;
  const path = text
    .trim()
    .replaceAll('\\', '/')
    .replace(/#.*$|:\d+(?:[-:]\d+)?$/, '')
    .replace(/[.:!]+$/, '')
    .replace(/^@?(?:\.\/)*/, '');
  if (path.split('/').includes('..')) return undefined;
  const isPath = /[^/]\.md$/i.test(path) || /\/[^/\s]*[^/.\s]\.[a-z][a-z0-9]{0,9}$/i.test(path);
  return isPath ? toComparable(path) : undefined;
}

function leadWithPlan(paths: readonly string[]): readonly string[] {
  const plan = paths.find((path) => /(?:^|\/)implementation_plans\//i.test(path));
  return plan === undefined ? paths : unique([plan, ...paths]);
}

function toSlug(text: string): string | undefined {
  const slug = text
    .toLowerCase()
    .replace(/^@+/, '')
    .replace(/[.:!?]+$/, '');
  return isSlugToken(slug) ? slug : undefined;
}

/** `all`, `3`, `2-4`, `1 & 3`, in front of or behind the paths, with or without the word `phase`. */
function findPhases(words: readonly string[]): readonly string[] {
  const text = words.join(' ').toLowerCase();
  if (/^(?:phases?\s+)?all\b|\bphases?\s+all\b|\ball\s+phases\b/.test(text)) return ['all'];
  const named = /\bphases?\s+(\d[\d\s&-]*)/.exec(text)?.[1] ?? leading(text);
  const phases = [...named.matchAll(/(?<!\d)(\d{1,3})(?!\d)(?:\s*-\s*(\d{1,3})(?!\d))?/g)].flatMap(
    ([, from = '', to]) => expand(Number(from), to === undefined ? Number(from) : Number(to)),
  );
  return unique(phases);
}

const leading = (text: string): string => /^\d{1,3}(?:\s*[-&]\s*\d{1,3})*(?=\s|$)/.exec(text)?.[0] ?? '';

const mostPhases = 50;

function expand(from: number, to: number): string[] {
  if (to < from || to - from >= mostPhases) return [String(from)];
  return Array.from({ length: to - from + 1 }, (_none, index) => String(from + index));
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

const isText = (text: string | undefined): text is string => text !== undefined;
