/** One spelling for the id of a document: it is part of the identity of a work item for ever (PU41). */

/** `us-4` stays what it is but for case and hyphen; four digits are the least an id has. */
export function toRefId(spelling: string): string {
  const compact = spelling.trim().toUpperCase();
  const [, prefix, digits] = /^([A-Z]+)-?(\d{1,8})$/.exec(compact) ?? [];
  return prefix === undefined || digits === undefined ? compact : `${prefix}${digits.padStart(4, '0')}`;
}

/** Ids in a value as people write it: `[CR0002](../crs/CR0002-x.md)`, `CR-0002: Title`. */
export function findRefIds(text: string): string[] {
  const found = text.matchAll(/\b([A-Za-z]{2,12})-?(\d{4,8})\b/g);
  return [...new Set(Array.from(found, ([id]) => toRefId(id)))];
}

/** EP0002 before EP0010 before EP00100: by prefix, then by number. */
export function compareRefIds(one: string, other: string): number {
  const [left, right] = [toParts(one), toParts(other)];
  return compareText(left.prefix, right.prefix) || left.number - right.number || compareText(one, other);
}

function toParts(id: string): { prefix: string; number: number } {
  const [, prefix = id, digits = '0'] = /^([A-Z]+)(\d+)$/.exec(id) ?? [];
  return { prefix, number: Number(digits) };
}

export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
