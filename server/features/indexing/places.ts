/** Are the project's root and entries there, as real folders? Asked before anything is removed (DX16). */
import { lstatSync, realpathSync, type Stats } from 'node:fs';
import type { Entry } from './filters.ts';
import { isGone } from './io-errors.ts';
import { isWithin } from './paths.ts';

export type PlaceState = 'present' | 'missing' | 'symlink' | 'not-a-directory';

export interface MissingEntry {
  readonly entry: string;
  readonly reason: Exclude<PlaceState, 'present'>;
}

export interface Places {
  readonly rootState: PlaceState;
  readonly missingEntries: readonly MissingEntry[];
}

export function inspectPlaces(root: string, entries: readonly Entry[], followSymlinks: boolean): Places {
  const rootState = stateOf(root);
  const missingEntries = entries.flatMap(({ path }) => {
    const reason = rootState === 'present' ? stateOfEntry(root, path, followSymlinks) : rootState;
    return reason === 'present' ? [] : [{ entry: path, reason }];
  });
  return { rootState, missingEntries };
}

/** A link anywhere between the root and the entry replaces the entry as much as one in its own place. */
function stateOfEntry(root: string, entry: string, followSymlinks: boolean): PlaceState {
  if (entry === '.') return 'present';
  if (followSymlinks && leadsInside(root, entry)) return 'present';
  let folder = root;
  for (const segment of entry.split('/')) {
    folder = `${folder}/${segment}`;
    const state = stateOf(folder);
    if (state !== 'present') return state;
  }
  return 'present';
}

function leadsInside(root: string, entry: string): boolean {
  try {
    const real = realpathSync(`${root}/${entry}`);
    return isWithin(real, realpathSync(root)) && stateOf(real) === 'present';
  } catch {
    return false; // the plain look below says what is wrong
  }
}

/** A place that cannot be looked at is there: its walk reports it as unreadable, and nothing below it is removed. */
function stateOf(path: string): PlaceState {
  let stat: Stats | undefined;
  try {
    stat = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    return isGone(error) ? 'missing' : 'present';
  }
  if (stat === undefined) return 'missing';
  if (stat.isSymbolicLink()) return 'symlink';
  return stat.isDirectory() ? 'present' : 'not-a-directory';
}
