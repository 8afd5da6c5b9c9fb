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
