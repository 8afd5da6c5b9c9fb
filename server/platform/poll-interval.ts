/** How far apart polling passes stand, so that a large or slow tree is not polled without pause (WT10). */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeKind } from './watch-source.ts';

/** A pass may take 5 % of the time at most. */
export function stretchPollMs(pollMs: number, passMs: number): number {
  return Math.max(pollMs, Math.ceil(passMs * 20));
}

/** How long it takes to look at every file once. */
export async function measurePassMs(
  entries: readonly string[],
  isIgnored: (path: string, kind: NodeKind) => boolean,
): Promise<number> {
  const startedAt = performance.now();
  const folders = [...entries];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const files: string[] = [];
    for (const found of await list(folder)) {
      const path = join(folder, found.name);
      if (isIgnored(path, found.isDirectory() ? 'folder' : 'file')) continue;
      (found.isDirectory() ? folders : files).push(path);
    }
    await Promise.all(files.map((path) => lstat(path).catch(() => null)));
  }
  return performance.now() - startedAt;
}

async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // missing, or unreadable: it costs a pass nothing
  }
}
