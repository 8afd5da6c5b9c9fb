/** Ids as one word each, whatever their spelling: `US0001`, `us-0001` and `us1` are one, so are `BG-01KX8B82` and `bg01kx8b82` (SR7). */

/** Letters, then a number, or what DC3 calls a name: eight or more characters with a digit among them. */
const id = String.raw`([a-z]{2,10})-?(?:(\d{1,12})|((?=[a-z]*\d)[0-9a-hjkmnp-tv-z]{8,26}))`;
const idText = new RegExp(`(?<![a-z0-9])${id}(?![a-z0-9])`, 'gi');
const oneId = new RegExp(`^${id}$`, 'i');

/** Null for text that is not exactly one id. */
export function toIdWord(text: string): string | null {
  const match = oneId.exec(text.trim());
  return match === null ? null : spell(match);
}

/** Every id of a text, repeats included. */
export function findIdWords(text: string): string[] {
  return Array.from(text.matchAll(idText), spell);
}

/** Begins with a sign that no word has, so that neither is ever taken for the other. */
const spell = ([, prefix = '', digits, name = '']: RegExpExecArray): string =>
  `#${prefix.toLowerCase()}${digits?.replace(/^0+(?=\d)/, '') ?? name.toLowerCase()}`;
