/** What is kept where: the entries of a project, as found in its folder or as the person listed them (PJ10). */
import { realpath, stat } from 'node:fs/promises';
import { join, normalize, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/failure.ts';
import type { ProjectPaths } from '../../../shared/views/project.ts';
import { isInside } from './project-path.ts';

export interface AgentHomes {
  readonly claude: string;
  readonly codex: string;
}

export type ExplicitPaths = Partial<ProjectPaths>;

/** Trees of planning documents that a git checkout may hold beside much else. */
const knownTrees = ['sdlc-studio', 'docs/project_plans'];
const progressTree = '.claude/progress';

/** Lists the person gave replace the detected ones, each on its own. */
export async function decidePaths(
  root: string,
  explicit: ExplicitPaths,
  homes: AgentHomes,
): Promise<ProjectPaths> {
  const detected = await detectPaths(root, homes);
  return {
    docs: explicit.docs === undefined ? detected.docs : await checkEntries(root, explicit.docs),
    progress:
      explicit.progress === undefined ? detected.progress : await checkEntries(root, explicit.progress),
    sessions:
      explicit.sessions === undefined ? detected.sessions : await checkSessions(explicit.sessions, homes),
  };
}

async function detectPaths(root: string, homes: AgentHomes): Promise<ProjectPaths> {
  const isRepository = await exists(join(root, '.git'));
  const trees = isRepository ? await filterAsync(knownTrees, (tree) => isFolder(join(root, tree))) : [];
  const logs = join(homes.claude, 'projects', toLogFolder(root));
  return {
    docs: trees.length === 0 ? ['.'] : trees,
    progress: (await isFolder(join(root, progressTree))) ? [progressTree] : [],
    sessions: (await isFolder(logs)) ? [logs] : [],
  };
}

/** SE1: every character but ASCII letters and digits becomes `-`; it loses information, so it is only ever made, never read. */
export const toLogFolder = (path: string): string => path.replace(/[^A-Za-z0-9]/g, '-');

async function checkEntries(root: string, entries: readonly string[]): Promise<string[]> {
  const checked: string[] = [];
  for (const entry of entries) {
    const path = resolve(root, entry);
    if (!isInside(root, path)) throw missing(`Path is outside the project: ${entry}`);
    if (!(await isFolder(path)) || !isInside(root, await realpath(path))) {
      throw missing(`Path does not exist: ${entry}`);
    }
    checked.push(relative(root, path).split(sep).join('/') || '.');
  }
  return [...new Set(checked)];
}

async function checkSessions(folders: readonly string[], homes: AgentHomes): Promise<string[]> {
  for (const folder of folders) {
    const path = normalize(folder);
    if (![homes.claude, homes.codex].some((home) => isInside(home, path))) {
      throw missing(`Path is not below a known agent home: ${folder}`);
    }
    if (!(await isFolder(path))) throw missing(`Path does not exist: ${folder}`);
  }
  return [...new Set(folders.map((folder) => normalize(folder)))];
}

const missing = (message: string): AppError => new AppError('PATH_NOT_FOUND', message);

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

async function filterAsync<T>(items: readonly T[], keep: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(keep));
  return items.filter((_item, index) => kept[index]);
}
