/** Keeps a second server out of a data folder that is in use (F17), and lets the next one in after a crash. */
import { join } from 'node:path';
import { z } from 'zod';
import { isProvenDead, readProcessIdentity, type ProcessIdentity } from '../platform/process-identity.ts';
import { createLockFiles, type LockFiles } from './lock-files.ts';

/*
 * <data folder>/lock/ holds one file a generation; the highest is the lock.
 *
 *   1 held by a dead process ──► whoever links 2 first owns it, then removes 1
 *
 * Linking is atomic and exclusive, and a lock is never removed before a higher one exists, so two starters
 * that find the same stale lock cannot both win, and one that read an old listing finds itself below the top.
 */
export interface DataFolderLock extends AsyncDisposable {
  /** Says where the server listens, so that whoever is refused can be told. */
  announce(url: string): Promise<void>;
  /** Frees the folder; twice is harmless. */
  release(): Promise<void>;
}

export class DataFolderInUse extends Error {
  override readonly name = 'DataFolderInUse';
  /** Where the server that holds it answers; null when it has not said so. */
  readonly url: string | null;

  constructor(message: string, url: string | null) {
    super(message);
    this.url = url;
  }
}

const Holder = z.object({
  hostId: z.string(),
  pid: z.number().int().positive(),
  startedAt: z.string(),
  since: z.string(),
  url: z.string().nullable(),
  isReleased: z.boolean(),
});
type Holder = z.infer<typeof Holder>;

export interface DataFolderLockOptions {
  readonly dataDir: string;
  readonly here?: ProcessIdentity;
  readonly files?: LockFiles;
}

export async function lockDataFolder({
  dataDir,
  here = readProcessIdentity(),
  files,
}: DataFolderLockOptions): Promise<DataFolderLock> {
  const attempt = { dataDir, here, files: files ?? (await createLockFiles(join(dataDir, 'lock'))) };
  for (;;) {
    // Ends: each turn that is lost was won by another starter, who is then found to hold the folder.
    const lock = await tryLock(attempt);
    if (lock) return lock;
  }
}

/** Refuses where the folder is held; `undefined` where another starter was faster, whoever that was. */
async function tryLock({
  dataDir,
  here,
  files,
}: Required<DataFolderLockOptions>): Promise<DataFolderLock | undefined> {
  const found = highest(await files.list());
  // Without a text the file went while it was read: there is a higher one by now, which is found below.
  const text = found > 0 ? await files.read(found) : undefined;
  if (text !== undefined) refuseIfHeld(parseHolder(text), { dataDir, here });

  const generation = found + 1;
  const holder: Holder = { ...here, since: new Date().toISOString(), url: null, isReleased: false };
  if (!(await files.add(generation, JSON.stringify(holder)))) return undefined;
  const present = await files.list();
  if (highest(present) > generation) {
    await files.remove(generation);
    return undefined;
  }
  for (const older of present.filter((other) => other < generation)) await files.remove(older);
  return openLock(files, generation, holder);
}

function openLock(files: LockFiles, generation: number, holder: Holder): DataFolderLock {
  let isReleased = false;

  async function release(): Promise<void> {
    if (isReleased) return;
    isReleased = true;
    await files.replace(generation, JSON.stringify({ ...holder, isReleased: true }));
  }

  return {
    announce: async (url) => {
      if (!isReleased) await files.replace(generation, JSON.stringify({ ...holder, url }));
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}

function refuseIfHeld(
  holder: Holder | 'unreadable',
  { dataDir, here }: { dataDir: string; here: ProcessIdentity },
): void {
  if (holder === 'unreadable') {
    throw new DataFolderInUse(
      `The lock of data folder ${dataDir} cannot be read, so it may be in use. ` +
        `When no Syncline uses it, delete ${join(dataDir, 'lock')}.`,
      null,
    );
  }
  if (holder.isReleased || isProvenDead(holder, here)) return;
  throw new DataFolderInUse(describeUse(dataDir, holder, here), holder.url);
}

function describeUse(dataDir: string, holder: Holder, here: ProcessIdentity): string {
  const started = holder.since.slice(0, 19).replace('T', ' ');
  const where = [`started ${started} UTC`, ...(holder.url ? [holder.url] : [])].join(', ');
  const inUse = `Data folder ${dataDir} is in use by process ${holder.pid} (${where})`;
  const remedy = 'Stop it, or set SYNCLINE_DATA_DIR to another folder.';
  if (holder.hostId === here.hostId) return `${inUse}. ${remedy}`;
  return `${inUse} on another host. ${remedy} If that host is gone, delete ${join(dataDir, 'lock')}.`;
}

function highest(generations: readonly number[]): number {
  return Math.max(0, ...generations);
}

function parseHolder(text: string): Holder | 'unreadable' {
  try {
    return Holder.parse(JSON.parse(text));
  } catch {
    return 'unreadable'; // told to whoever asked: it may be a lock of a later version
  }
}
