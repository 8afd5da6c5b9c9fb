/** Counts the lines that a patch adds and deletes (SE12). */
import { toList, toObject } from './json.ts';

export interface PatchLines {
  readonly added: number | null;
  readonly deleted: number | null;
}

/** `structuredPatch` of Claude Code: hunks with marked lines; null where there are none. */
export function countPatch(structuredPatch: unknown): PatchLines {
  const hunks = toList(structuredPatch);
  if (hunks.length === 0) return { added: null, deleted: null };
  let added = 0;
  let deleted = 0;
  for (const hunk of hunks) {
    for (const line of toList(toObject(hunk)?.['lines'])) {
      if (typeof line !== 'string') continue;
      if (line.startsWith('+')) added += 1;
      if (line.startsWith('-')) deleted += 1;
    }
  }
  return { added, deleted };
}
