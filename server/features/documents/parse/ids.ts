/** Recognises the ids by which planning documents name each other, like `US0028` and `BG-01KX8B82` (DC3, DP10). */

export interface IdPatterns {
  readonly atStart: RegExp;
  /** Global, and so with a memory: `findIds` is the one to use it. */
  readonly anywhere: RegExp;
}

export interface FoundId {
  id: string;
  prefix: string;
}

/** Prefixes in any case; the characters after them in upper case only, so that `PL-answered` is a word. */
export function createIdPatterns(prefixes: Iterable<string>): IdPatterns {
  const longestFirst = [...prefixes].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const prefix = longestFirst.map(toAnyCase).join('|');
  const id = `(?:(${prefix})-?(\\d{4,})(?![0-9A-Za-z])|(${prefix})-((?=[A-Z]*\\d)[0-9A-HJKMNP-TV-Z]{8,})(?![A-Za-z0-9]))`;
  return { atStart: new RegExp(`^${id}`), anywhere: new RegExp(`(?<![A-Za-z0-9])${id}`, 'g') };
}

export function findIdAtStart(text: string, patterns: IdPatterns): FoundId | undefined {
  const match = patterns.atStart.exec(text);
  return match === null ? undefined : toFoundId(match);
}

/** Every id in the text, canonical, in order, repeats included. */
export function findIds(text: string, { anywhere }: IdPatterns): string[] {
  const found: string[] = [];
  anywhere.lastIndex = 0;
  for (let match = anywhere.exec(text); match !== null; match = anywhere.exec(text)) {
    found.push(toFoundId(match).id);
  }
  return found;
}

/** As `findIds`, with places, and at a fraction of its cost where ids are rare: a number is looked for, then what precedes it. */
export function* locateIds(text: string, from: number, { atStart }: IdPatterns): Generator<LocatedId> {
  const number = /\d{4}|-[0-9A-HJKMNP-TV-Z]{8}/g;
  number.lastIndex = from;
  let end = from;
  for (let near = number.exec(text); near !== null; near = number.exec(text)) {
    const start = findWordStart(text, near.index, end);
    const match = start === undefined ? null : atStart.exec(text.slice(start, start + longestWord));
    if (match !== null) {
      yield { id: toFoundId(match).id, at: start! };
      end = start! + match[0].length;
    }
    number.lastIndex = Math.max(end, near.index + 1);
  }
}

interface LocatedId {
  id: string;
  at: number;
}

const longestWord = 300;
const longestPrefix = 40;

/** Where the prefix of a number begins, with or without a dash between them. */
function findWordStart(text: string, at: number, from: number): number | undefined {
  const start = skipBack(text, at, from);
  if (start < at) return start;
  if (text.charAt(at) === '-' || text.charAt(at - 1) !== '-') return undefined;
  const before = skipBack(text, at - 1, from);
  return before < at - 1 ? before : undefined;
}

/** The start of the letters and digits that end at `at`; `at` itself if they are too many for a prefix. */
function skipBack(text: string, at: number, from: number): number {
  let start = at;
  while (start > from && at - start <= longestPrefix && isWordCharacter(text.charCodeAt(start - 1)))
    start -= 1;
  return at - start > longestPrefix ? at : start;
}

function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** Equal for all spellings of one id: neither case nor `-` counts. */
export function toIdKey(id: string): string {
  return id.replaceAll('-', '').toUpperCase();
}

function toFoundId([, numbered, digits, named, characters]: RegExpExecArray): FoundId {
  if (numbered !== undefined)
    return { prefix: numbered.toUpperCase(), id: `${numbered.toUpperCase()}${digits}` };
  const prefix = (named ?? '').toUpperCase();
  return { prefix, id: `${prefix}-${characters}` };
}

function toAnyCase(prefix: string): string {
  return prefix.replace(/[A-Za-z]/g, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}
