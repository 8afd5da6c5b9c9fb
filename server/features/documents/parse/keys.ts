/** The spellings under which names are kept and compared. */

/** DP6: a key as metadata shows it. */
export function toKey(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, '_');
}

/** DP6, DP8: `Depends on`, `depends_on` and `Depends-on` are looked up as one; so are names of types. */
export function toLookup(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

/** DP13: as `toLookup`, with one kind of apostrophe. */
export function toStatusKey(text: string): string {
  return toLookup(text.replaceAll('’', "'"));
}
