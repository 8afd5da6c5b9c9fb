/**
 * A file nobody wants, put into a watched folder for a moment: the system queues notifications in order, so once the
 * watcher tells of it, it has told of everything before it.
 */
import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const prefix = '.syncline-sentinel-';

export const isSentinel = (path: string): boolean => basename(path).startsWith(prefix);

/** A name is used once: a file that comes back under one name may look as if nothing had changed. */
export const toSentinelPath = (folder: string): string =>
  join(folder, `${prefix}${randomBytes(6).toString('hex')}`);

/** False where it cannot be written: a read-only mount, a folder that is gone. */
export async function plantSentinel(path: string): Promise<boolean> {
  return await writeFile(path, '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

/** What cannot be removed is cleared away when the folder is watched the next time. */
export async function removeSentinel(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}

/** What a killed server has left. */
export async function clearSentinels(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isSentinel)) await removeSentinel(join(folder, name));
}
