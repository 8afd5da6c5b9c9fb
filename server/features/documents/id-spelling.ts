/** The canonical ids that a person's spelling of an id may stand for: `us-7`, `US0007` and `us0007` are one (DC3). */

/** Ids are numbered with four digits or more; someone who writes fewer leaves zeros out. */
const fewestDigits = 4;
const mostDigits = 8;
const longestPrefix = 12;

/** Empty for text that is no id. Several where the prefix is not marked off, or where zeros are left out. */
export function toCanonicalIds(spelling: string): string[] {
  const compact = spelling.trim().replaceAll('-', '');
  if (!/^[A-Za-z][0-9A-Za-z]*$/.test(compact)) return [];
  const upper = compact.toUpperCase();
  const numbered = /^([A-Z]+)(\d+)$/.exec(upper);
  return numbered === null ? toNamedIds(upper) : toNumberedIds(numbered[1] ?? '', numbered[2] ?? '');
}

function toNumberedIds(prefix: string, digits: string): string[] {
  if (digits.length >= fewestDigits) return [`${prefix}${digits}`];
  const widths = Array.from({ length: mostDigits - fewestDigits + 1 }, (_, more) => fewestDigits + more);
  return widths.map((width) => `${prefix}${digits.padStart(width, '0')}`);
}

/** `BG01KX8B82`: which letters are the prefix only the documents know. */
function toNamedIds(upper: string): string[] {
  const letters = /^[A-Z]+/.exec(upper)?.[0].length ?? 0;
  const ids: string[] = [];
  for (let end = 1; end <= Math.min(letters, longestPrefix); end += 1) {
    const characters = upper.slice(end);
    if (/^[0-9A-HJKMNP-TV-Z]{8,}$/.test(characters) && /\d/.test(characters)) {
      ids.push(`${upper.slice(0, end)}-${characters}`);
    }
  }
  return ids;
}
