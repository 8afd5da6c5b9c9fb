/** A list of paths as lines of text, and back. */

export const toLines = (paths: readonly string[]): string => paths.join('\n');

export const fromLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Only the lists that were edited are sent: an explicit list replaces what was detected (PJ10). */
export function changedLists<K extends string>(
  before: Readonly<Record<K, readonly string[]>>,
  after: Readonly<Record<K, string>>,
): Partial<Record<K, string[]>> | null {
  const names = Object.keys(after) as K[];
  const changed = names.filter((name) => toLines(fromLines(after[name])) !== toLines(before[name]));
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map((name) => [name, fromLines(after[name])])) as Partial<
    Record<K, string[]>
  >;
}
