/** Decides what may be removed from the index: never more than a complete look at the disk proves to be gone. */
import { findEntry, type Entry } from './filters.ts';
import { isCovered } from './paths.ts';
import type { Places } from './places.ts';

/** DX15: nothing below a folder that could not be read, and nothing at all after a walk that was cut off. */
export function planRemovals(
  gone: readonly string[],
  walk: { readonly unreadableDirs: readonly string[]; readonly complete: boolean },
): string[] {
  if (!walk.complete) return [];
  const unseen = new Set(walk.unreadableDirs);
  return gone.filter((path) => !isCovered(path, unseen));
}

export type SourceFailureCode = 'source_missing' | 'source_emptied';

export type Guard =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: SourceFailureCode;
      readonly message: string;
      readonly entries: readonly string[];
    };

interface Source extends Places {
  readonly root: string;
  readonly entries: readonly Entry[];
  /** Documents that are there now, readable or not. A batch: indexed − gone + added. */
  readonly foundPerEntry: ReadonlyMap<string, number>;
  readonly indexedPerEntry: ReadonlyMap<string, number>;
  /** Entries with one of these in them are not known to be empty. */
  readonly unreadableDirs: readonly string[];
  readonly allowEmpty: boolean;
}

/**
 * DX16, SY14: an unmounted disk must not empty the index. A missing root fails whatever was allowed (SY8): what
 * cannot be seen at all is not known to be empty.
 */
export function guardRemovals(source: Source): Guard {
  const { root, rootState, entries, missingEntries, allowEmpty } = source;
  if (rootState !== 'present') {
    return { ok: false, code: 'source_missing', message: `sdlc-studio path not found: ${root}`, entries: [] };
  }
  if (allowEmpty) return { ok: true };
  const lost = entries.map(({ path }) => path).filter((path) => isLost(path, source));
  if (lost.length === 0) return { ok: true };
  const isMissing = missingEntries.some(({ entry }) => lost.includes(entry));
  return {
    ok: false,
    code: isMissing ? 'source_missing' : 'source_emptied',
    message: emptiedMessage,
    entries: lost,
  };
}

const emptiedMessage = 'source returned no documents - refusing to delete existing documents';

function isLost(entry: string, { foundPerEntry, indexedPerEntry, unreadableDirs, entries }: Source): boolean {
  if ((indexedPerEntry.get(entry) ?? 0) === 0 || (foundPerEntry.get(entry) ?? 0) > 0) return false;
  return !unreadableDirs.some((folder) => findEntry(folder, entries)?.path === entry);
}

/** Counted by the entries of today: documents indexed for an entry of yesterday belong to the one that holds them now. */
export function countByEntry(paths: Iterable<string>, entries: readonly Entry[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const entry = findEntry(path, entries)?.path;
    if (entry !== undefined) counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  return counts;
}
