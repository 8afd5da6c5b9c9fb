/** Finds every document of a project by one walk over its entries (DX1 to DX7). */
import { compareCodePoints, sortByCodePoint } from './paths.ts';
import { inspectPlaces, type Places } from './places.ts';
import { createWalker, type Findings, type WalkOptions } from './walk.ts';

export interface Discovery extends Readonly<Findings>, Places {}

/** Files come sorted by code point, whatever the entries; one below two entries belongs to the longer. */
export async function discover(options: WalkOptions): Promise<Discovery> {
  const { root, entries, followSymlinks, signal } = options;
  signal.throwIfAborted();
  const places = inspectPlaces(root, entries, followSymlinks);
  const missing = new Set(places.missingEntries.map(({ entry }) => entry));
  if (places.rootState !== 'present') return { ...emptyFindings(), ...places };
  const walker = createWalker(options);
  for (const entry of entries.toSorted((a, b) => compareCodePoints(a.path, b.path))) {
    if (!missing.has(entry.path)) await walker.walkFolder(entry.path, entry);
  }
  options.onProgress?.(walker.findings.walked);
  sortByCodePoint(walker.findings.files, (file) => file.path);
  return { ...walker.findings, ...places };
}

function emptyFindings(): Findings {
  return { files: [], failed: [], issues: [], unreadableDirs: [], walked: 0, indexFiles: 0, foldersSeen: 0 };
}
