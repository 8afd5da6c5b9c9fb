/** Which folders hold logs of a project, and which logs in them are its own (SE1, SE2, SE18). */
import { existsSync, lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { isBelow, judgeFolder } from './folder-names.ts';
import type { Peek } from './log-peek.ts';
import type { Agent } from './read/reading.ts';

export interface LogHomes {
  readonly claude: string;
  readonly codex: string;
}

/** A project as far as its logs depend on it. */
export interface LogOwner {
  readonly root: string;
  readonly worktreeRoots: readonly string[];
  /** Listed by the person, absolute (PJ10): every log in them is the project's. */
  readonly sessionFolders: readonly string[];
  /** Roots of every registered project, this one too. */
  readonly registeredRoots: readonly string[];
}

export interface LogFolder {
  readonly path: string;
  readonly agent: Agent;
  /** `all` of its logs; those that `cwd` tells; those of the `longest` root that holds their cwd. */
  readonly takes: 'all' | 'by-cwd' | 'by-longest-root';
}

/** Folders that are there. Those that went are known by what was indexed from them. */
export function listLogFolders(homes: LogHomes, owner: LogOwner): LogFolder[] {
  const explicit = owner.sessionFolders.flatMap((path) => toExplicitFolders(homes, path));
  const found = [
    ...explicit,
    ...listClaudeFolders(homes, owner),
    ...codexPlaces(homes).map((path) => ({
      path,
      agent: 'codex' as const,
      takes: 'by-longest-root' as const,
    })),
  ].filter(({ path }) => isFolder(path));
  const seen = new Set<string>();
  return found.filter(({ path }) => !seen.has(path) && seen.add(path));
}

export const claudePlace = (homes: LogHomes): string => join(homes.claude, 'projects');
export const codexPlaces = (homes: LogHomes): string[] => [
  join(homes.codex, 'sessions'),
  join(homes.codex, 'archived_sessions'),
];

function listClaudeFolders(homes: LogHomes, owner: LogOwner): LogFolder[] {
  const place = claudePlace(homes);
  const roots = rootsOf(owner);
  return listNames(place).flatMap((name) => {
    const verdict = judgeFolder(name, roots);
    if (verdict === 'foreign') return [];
    const takes = verdict === 'own' ? ('all' as const) : ('by-cwd' as const);
    return [{ path: join(place, name), agent: 'claude' as const, takes }];
  });
}

function toExplicitFolders(homes: LogHomes, path: string): LogFolder[] {
  const place = claudePlace(homes);
  const whole = { takes: 'all' as const };
  if (isBelow(path, homes.codex)) {
    const places = path === homes.codex ? codexPlaces(homes) : [path];
    return places.map((folder) => ({ path: folder, agent: 'codex' as const, ...whole }));
  }
  const folders =
    path === homes.claude || path === place ? listNames(place).map((name) => join(place, name)) : [path];
  return folders.map((folder) => ({ path: folder, agent: 'claude' as const, ...whole }));
}

/** As they were given and as they really are: programs write down either. */
function rootsOf({ root, worktreeRoots }: Pick<LogOwner, 'root' | 'worktreeRoots'>): string[] {
  return [...new Set([root, ...worktreeRoots].flatMap((path) => [path, toReal(path)]))];
}

function toReal(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a worktree that is gone
  }
}

/** Decides for the logs of one look, so that real paths are asked for once. */
export function createMembership(owner: LogOwner): (folder: LogFolder, peek: () => Peek) => boolean {
  const own = rootsOf(owner);
  const others = owner.registeredRoots.flatMap((path) => [path, toReal(path)]);
  return ({ takes }, peek) => {
    if (takes === 'all') return true;
    const { cwds } = peek();
    if (takes === 'by-cwd') return cwds.some((cwd) => own.some((root) => isBelow(cwd, root)));
    const cwd = cwds[0];
    return cwd !== undefined && isLongestRoot(cwd, own, others);
  };
}

/** SE18: worktrees count where no registered project holds the folder. */
function isLongestRoot(cwd: string, own: readonly string[], others: readonly string[]): boolean {
  const registered = longest(others.filter((root) => isBelow(cwd, root)));
  if (registered !== undefined) return own.includes(registered);
  return own.some((root) => isBelow(cwd, root));
}

const longest = (paths: readonly string[]): string | undefined =>
  paths.toSorted((a, b) => b.length - a.length)[0];

export type FolderState = 'present' | 'missing' | 'symlink' | 'not-a-directory';

/** A place that cannot be looked at is there: its walk says that it is unreadable. */
export function inspectFolder(path: string): FolderState {
  let stat: Stats | undefined;
  try {
    stat = lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return 'present';
  }
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) return 'symlink';
  return stat.isDirectory() ? 'present' : 'not-a-directory';
}

const isFolder = (path: string): boolean => inspectFolder(path) === 'present';

export function listNames(folder: string): string[] {
  // Asked first, because most are not there, and an exception costs more than the question.
  if (!existsSync(folder)) return [];
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return []; // closed, or gone meanwhile
  }
}
