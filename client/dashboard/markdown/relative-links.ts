/** Where a link written in a document leads inside the project. */

/** The path from the project's root; null for what lies outside it or on another site. */
export function toProjectFile(fromFile: string, href: string): string | null {
  if (href === '' || href.startsWith('#') || isExternal(href)) return null;
  const written = decode(href.replace(/[?#].*$/, ''));
  if (written === null) return null;
  const base = written.startsWith('/') ? [] : fromFile.split('/').slice(0, -1);
  const parts: string[] = base;
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts.join('/');
}

/** Has a scheme, or names a host. */
export const isExternal = (href: string): boolean => /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(href);

export const toStem = (path: string): string => (path.split('/').at(-1) ?? path).replace(/\.md$/, '');

/** Percent-encoding undone; null where it is broken. */
export function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % in a hand-written link: such a file cannot be named, so the link leads nowhere.
    return null;
  }
}
