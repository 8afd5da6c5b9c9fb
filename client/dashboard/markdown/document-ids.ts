/** Ids of documents as they occur in running text (DC3). */

export interface FoundId {
  readonly id: string;
  readonly start: number;
  readonly end: number;
}

const prefixes = 'RETRO|RFC|TSP|EP|US|PL|TS|BG|CR|WF|RV|IS|SC|HO';
const numbered = '-?\\d{4,}(?![0-9A-Za-z_])';
/** Crockford letters leave out I, L, O and U; one digit at least tells an id from a word. */
const coded = '-(?=[A-HJKMNP-TV-Z]*\\d)[0-9A-HJKMNP-TV-Z]{8,}(?![0-9A-Za-z_])';
const anyCase = (text: string) => text.replace(/[A-Z]/g, (letter) => `[${letter}${letter.toLowerCase()}]`);
const source = `(?<![0-9A-Za-z_-])(?:${anyCase(prefixes)})(?:${numbered}|${coded})`;

export function findIds(text: string): readonly FoundId[] {
  return [...text.matchAll(new RegExp(source, 'g'))].map((match) => ({
    id: toCanonicalId(match[0]),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** The id a file name begins with: `US0028-schema` is `US0028`. */
export function idOfStem(stem: string): string | null {
  const match = new RegExp(`^(?:${anyCase(prefixes)})(?:-?\\d{4,}(?![0-9A-Za-z])|${coded})`).exec(stem);
  return match === null ? null : toCanonicalId(match[0]);
}

/** `ep-0007` and `EP0007` are one id; coded ids keep their dash. */
export function toCanonicalId(id: string): string {
  const upper = id.toUpperCase();
  return /^[A-Z]+-?\d+$/.test(upper) ? upper.replace('-', '') : upper;
}
