/** The files of a lock: numbered, each appearing whole and at most once. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What the protocol of the lock needs of a folder; its laws are tested over one that a scheduler slows down. */
export interface LockFiles {
  list(): Promise<number[]>;
  read(generation: number): Promise<string | undefined>;
  /** False where there is one already. */
  add(generation: number, text: string): Promise<boolean>;
  replace(generation: number, text: string): Promise<void>;
  remove(generation: number): Promise<void>;
}

export async function createLockFiles(folder: string): Promise<LockFiles> {
  await mkdir(folder, { recursive: true });
  const fileOf = (generation: number) => join(folder, String(generation));

  return {
    list: async () => (await readdir(folder)).filter((name) => /^[1-9]\d*$/.test(name)).map(Number),
    read: (generation) => readFile(fileOf(generation), 'utf8').catch(ignore('ENOENT', undefined)),
    remove: (generation) => rm(fileOf(generation), { force: true }),
    async add(generation, text) {
      const draft = await writeDraft(folder, text);
      // A link, where a rename would push away a lock that came first.
      const isAdded = await link(draft, fileOf(generation)).then(() => true, ignore('EEXIST', false));
      await rm(draft, { force: true });
      return isAdded;
    },
    async replace(generation, text) {
      await rename(await writeDraft(folder, text), fileOf(generation));
    },
  };
}

/** Synced: an empty lock after a power cut would keep everybody out. */
async function writeDraft(folder: string, text: string): Promise<string> {
  const draft = join(folder, `draft-${randomUUID()}`);
  const handle = await open(draft, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

function ignore<Answer>(code: string, answer: Answer): (error: NodeJS.ErrnoException) => Answer {
  return (error) => {
    if (error.code !== code) throw error;
    return answer;
  };
}
