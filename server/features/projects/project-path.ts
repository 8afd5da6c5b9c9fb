/** Whether a folder may be a project: it exists, it is a folder, and the guard has nothing against it (PJ5, PJ6, GU6). */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError } from '../../../shared/failure.ts';

export interface PathRules {
  readonly home: string;
  /** Only folders below this one, when set. */
  readonly allowedBase: string | null;
}

const systemFolders = ['/proc', '/sys', '/dev'];

/** The real path to keep; links are followed once, here. */
export async function resolveProjectPath(path: string, rules: PathRules): Promise<string> {
  const real = await findRealPath(path);
  // Before anything else is told: outside the base a path must not even be seen to exist.
  if (
    rules.allowedBase !== null &&
    !(await isInsideBase(real ?? (await toRealPlace(path)), rules.allowedBase))
  ) {
    throw refuse('Path is outside the allowed base');
  }
  if (real === undefined) throw refuse(`Path does not exist: ${path}`);
  if (!(await stat(real)).isDirectory()) throw refuse(`Path is not a directory: ${path}`);
  if (await isForbidden(real, rules.home)) throw refuse(`Path may not be registered: ${path}`);
  await access(real, constants.R_OK | constants.X_OK).catch(() => {
    throw refuse(`Path cannot be read: ${path}`);
  });
  return real;
}

const refuse = (message: string): AppError => new AppError('PATH_NOT_FOUND', message);

async function findRealPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
}

/** Where something would be if it existed: links on the way to it count (PJ6). */
async function toRealPlace(path: string): Promise<string> {
  const absolute = resolve(path);
  for (let folder = absolute; folder !== dirname(folder); folder = dirname(folder)) {
    const real = await findRealPath(folder);
    if (real !== undefined) return join(real, relative(folder, absolute));
  }
  return absolute;
}

/** Separator-aware: `/base2` is not in `/base`. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

async function isInsideBase(path: string, base: string): Promise<boolean> {
  return isInside((await findRealPath(base)) ?? resolve(base), path);
}

async function isForbidden(real: string, home: string): Promise<boolean> {
  if (real === sep || /^[A-Za-z]:[\\/]?$/.test(real)) return true;
  if (systemFolders.some((folder) => isInside(folder, real))) return true;
  if (real.split(sep).includes('.ssh') || basename(real) === '.gnupg') return true;
  const homes = [home, (await findRealPath(home)) ?? home];
  return homes.includes(real) || /^\/(home|Users)(\/[^/]+)?$/.test(real);
}
