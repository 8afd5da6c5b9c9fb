/** Names of the folders in which Claude Code keeps the logs of a working folder (SE1, SE2). */

/** Is the path the folder itself or anything below it? */
export function isBelow(path: string, folder: string): boolean {
  if (path === folder || folder === '/') return true;
  return path.length > folder.length && path[folder.length] === '/' && path.startsWith(folder);
}

/** It loses information, so real paths are encoded and compared; a name is never read. */
export function toFolderNames(path: string): string[] {
  const current = path.replace(/[^A-Za-z0-9]/g, '-');
  const older = path.replace(/[/_.]/g, '-');
  return current === older ? [current] : [current, older];
}

/** Worktrees that tools make below the project, also after git has forgotten them. */
const worktreeMarks = ['--claude-worktrees-', '--git-hermes-worktrees-'];

/**
 * `own`: the logs of a root, or of a worktree by its name. `candidate`: perhaps of a folder below a root, perhaps of
 * a neighbour (`/x/app-two` beside `/x/app`), which only the records can tell.
 */
export function judgeFolder(name: string, roots: readonly string[]): 'own' | 'candidate' | 'foreign' {
  const names = roots.flatMap(toFolderNames);
  if (names.includes(name)) return 'own';
  const candidates = names.filter((root) => name.startsWith(`${root}-`));
  if (candidates.length === 0) return 'foreign';
  const isWorktree = candidates.some((root) =>
    worktreeMarks.some((mark) => name.startsWith(root + mark) && name.length > root.length + mark.length),
  );
  return isWorktree ? 'own' : 'candidate';
}
