/** What a document's place in the tree says about it. */

export interface PathParts {
  /** File name without `.md`. */
  stem: string;
  /** Folders below the project's path entry, outermost first. */
  folders: string[];
}

export function toPathParts(filePath: string, entry: string): PathParts {
  const root = entry === '.' || entry === '' ? '' : `${entry.replace(/\/$/, '')}/`;
  const below = filePath.startsWith(root) ? filePath.slice(root.length) : filePath;
  const folders = below.split('/');
  const name = folders.pop() ?? '';
  return { stem: name.replace(/\.md$/, ''), folders };
}

/** DC4: put away, so that another file is preferred as the owner of an id. */
export function isArchived({ stem, folders }: PathParts): boolean {
  return (
    stem.startsWith('_') || folders.some((folder) => folder === 'archive' || folder.startsWith('_archive'))
  );
}
