/** Says which file of the project a session means (SE13): one path, whatever worktree it worked in. */
import { posix } from 'node:path';

export interface ProjectPath {
  /** Relative to the project, absolute when outside. */
  readonly path: string;
  readonly outside: boolean;
}

/** `roots`: every folder that holds this project's files. */
export function toProjectPath(written: string, cwd: string | null, roots: readonly string[]): ProjectPath {
  if (written.startsWith('~') || /^[A-Za-z]:[\\/]/.test(written)) return { path: written, outside: true };
  const absolute = toAbsolute(written, cwd);
  if (absolute === null) return { path: posix.normalize(written), outside: written.startsWith('..') };
  const root = findRoot(absolute, roots);
  if (root === null) return { path: absolute, outside: true };
  return { path: dropWorktree(absolute.slice(root.length).replace(/^\//, '')) || '.', outside: false };
}

/** The longest root that contains the path. */
export function findRoot(path: string, roots: readonly string[]): string | null {
  let longest: string | null = null;
  for (const root of roots) {
    const isInside = path === root || path.startsWith(root.endsWith('/') ? root : `${root}/`);
    if (isInside && root.length > (longest?.length ?? 0)) longest = root;
  }
  return longest;
}

function toAbsolute(written: string, cwd: string | null): string | null {
  if (written.startsWith('/')) return posix.normalize(written);
  return cwd?.startsWith('/') === true ? posix.join(cwd, written) : null;
}

/** A worktree inside the project that git no longer knows is still no folder of the project (SE2). */
function dropWorktree(path: string): string {
  return path.replace(/^(?:\.claude\/worktrees|\.git\/hermes-worktrees)\/[^/]+(?:\/|$)/, '');
}
