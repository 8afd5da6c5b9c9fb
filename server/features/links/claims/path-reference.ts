/** Turns what somebody wrote as a path into one within the project (LK4). */

export type PathReference =
  | { readonly outcome: 'path'; readonly path: string }
  /** A path, and one that leaves the project. */
  | { readonly outcome: 'outside' }
  | { readonly outcome: 'none' };

const none: PathReference = { outcome: 'none' };
const longestPath = 1000;

/** `folder` is where relative ones (`../x.md`) begin. Only paths of documents are of interest. */
export function readPathReference(text: string, folder: string): PathReference {
  if (text.length > longestPath + 100 || !text.includes('.md')) return none;
  const target = /^!?\[[^[\]]*\]\(([^()]+)\)$/.exec(text.trim())?.[1] ?? text;
  const bare = target.trim().replace(/^["'`<>()[\]{},;]+|["'`<>()[\],;]+$/g, '');
  const path = bare
    .replaceAll('\\', '/')
    .replace(/#.*$/s, '')
    .replace(/:\d+(?:[-:,]\d+)*$/, '');
  if (!path.endsWith('.md') || path.length > longestPath) return none;
  if (/[*?<>{}|\0\n]|\$\{|^[a-z][a-z0-9+.-]*:|^\/\/|^~/i.test(path)) return none;
  return toProjectPath(path, path.startsWith('../') ? folder : '');
}

/** A link in markdown is relative to the file it stands in; a leading `/` is the project's root. */
export function readLinkPath(path: string, folder: string): PathReference {
  return toProjectPath(path, path.startsWith('/') ? '' : folder);
}

function toProjectPath(path: string, folder: string): PathReference {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return { outcome: 'outside' };
  }
  return parts.length === 0 ? none : { outcome: 'path', path: toComparable(parts.join('/')) };
}

/** DX5: names are compared composed. */
export function toComparable(path: string): string {
  // oxlint-disable-next-line no-control-regex -- plain ASCII needs no normalising
  return /^[\x00-\x7f]*$/.test(path) ? path : path.normalize('NFC');
}

export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
export const baseNameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
