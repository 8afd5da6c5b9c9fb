/** One server a data folder (F17), however many start at once and however the last one ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataFolderInUse, lockDataFolder } from '../../server/db/data-folder-lock.ts';
import type { LockFiles } from '../../server/db/lock-files.ts';
import { readProcessIdentity } from '../../server/platform/process-identity.ts';

const here = readProcessIdentity();
const dead = { ...here, startedAt: 'before the last reboot' };
const foreign = { ...here, hostId: 'another-host' };

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'syncline-lock-'));
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

test('[F17] a second server is refused within a second and told who holds the folder and where', async () => {
  await using lock = await lockDataFolder({ dataDir });
  await lock.announce('http://127.0.0.1:4400');
  const startedAt = Date.now();

  const second = lockDataFolder({ dataDir });

  await expect(second).rejects.toThrow(DataFolderInUse);
  await expect(second).rejects.toThrow(
    new RegExp(
      `^Data folder ${dataDir} is in use by process ${process.pid} ` +
        String.raw`\(started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, http://127\.0\.0\.1:4400\)\. ` +
        'Stop it, or set SYNCLINE_DATA_DIR to another folder',
    ),
  );
  expect(Date.now() - startedAt).toBeLessThan(1_000);
});

test('[F17] before a server listens, whoever is refused is told its process alone', async () => {
  await using _lock = await lockDataFolder({ dataDir });

  await expect(lockDataFolder({ dataDir })).rejects.toThrow(/process \d+ \(started [^,]+ UTC\)\. Stop it/);
});

test('a folder that was freed can be taken again, and freeing it twice is harmless', async () => {
  const first = await lockDataFolder({ dataDir });
  await first.release();
  await first.release();
  await first.announce('http://127.0.0.1:1');

  await using _second = await lockDataFolder({ dataDir });

  await expect(lockDataFolder({ dataDir })).rejects.toThrow(DataFolderInUse);
});

test('a late release does not free the lock of the next holder', async () => {
  const first = await lockDataFolder({ dataDir, here: dead });
  await using _second = await lockDataFolder({ dataDir });

  await first.release();

  await expect(lockDataFolder({ dataDir })).rejects.toThrow(DataFolderInUse);
});

test('[F17] the lock of a dead process is taken over', async () => {
  await lockDataFolder({ dataDir, here: dead });

  await using _lock = await lockDataFolder({ dataDir });

  expect(await readdir(join(dataDir, 'lock'))).toHaveLength(1);
});

test('[F17] the lock of another host is never taken, and the way out is named', async () => {
  await lockDataFolder({ dataDir, here: foreign });

  await expect(lockDataFolder({ dataDir })).rejects.toThrow(
    `on another host. Stop it, or set SYNCLINE_DATA_DIR to another folder. If that host is gone, delete ${join(dataDir, 'lock')}.`,
  );
});

test.each(['', '{}', 'null', '{"pid":1'])(
  '[F17] a lock that cannot be read (%j) is never taken',
  async (text) => {
    const lock = await lockDataFolder({ dataDir });
    await lock.release();
    const [file = ''] = await readdir(join(dataDir, 'lock'));
    await writeFile(join(dataDir, 'lock', file), text);

    await expect(lockDataFolder({ dataDir })).rejects.toThrow('cannot be read');
  },
);

test.each(['no lock', 'a dead lock', 'a freed lock'])(
  '[F17] of many that start at once over %s, exactly one wins',
  async (before) => {
    for (let round = 0; round < 30; round++) {
      await rm(join(dataDir, 'lock'), { recursive: true, force: true });
      if (before === 'a dead lock') await lockDataFolder({ dataDir, here: dead });
      if (before === 'a freed lock') await (await lockDataFolder({ dataDir })).release();

      const started = await Promise.allSettled(Array.from({ length: 12 }, () => lockDataFolder({ dataDir })));

      const refusals = started.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
      expect(refusals.filter((reason) => reason instanceof DataFolderInUse)).toHaveLength(11);
      expect(refusals).toHaveLength(11);
    }
  },
);

/** A folder in memory whose answers come in the order that fast-check picks. */
function scheduledFiles(scheduler: fc.Scheduler, files: Map<number, string>): LockFiles {
  const after = async <Answer>(label: string, act: () => Answer): Promise<Answer> => {
    await scheduler.schedule(Promise.resolve(), label);
    return act();
  };
  return {
    list: () => after('list', () => [...files.keys()]),
    read: (generation) => after('read', () => files.get(generation)),
    add: (generation, text) =>
      after('add', () => !files.has(generation) && files.set(generation, text).has(generation)),
    replace: (generation, text) => after('replace', () => void files.set(generation, text)),
    remove: (generation) => after('remove', () => void files.delete(generation)),
  };
}

test('[F17] holders that come and go never overlap, however slowly the folder answers', () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 2, max: 4 }),
      fc.boolean(),
      async (scheduler, count, hasDead) => {
        const held = { ...dead, since: new Date().toISOString(), url: null, isReleased: false };
        const files = scheduledFiles(scheduler, new Map(hasDead ? [[5, JSON.stringify(held)]] : []));
        let holders = 0;
        let mostHolders = 0;
        let taken = 0;
        const comeAndGo = async () => {
          for (let round = 0; round < 4; round++) {
            const lock = await lockDataFolder({ dataDir, here, files }).catch(() => undefined);
            if (!lock) continue;
            taken++;
            mostHolders = Math.max(mostHolders, ++holders);
            await scheduler.schedule(Promise.resolve(), 'work');
            holders--;
            await lock.release();
          }
        };

        const all = Promise.all(Array.from({ length: count }, comeAndGo));
        await scheduler.waitFor(all);

        expect(mostHolders).toBe(1);
        expect(taken).toBeGreaterThan(0);
      },
    ),
    { numRuns: 2_000 },
  ));

test('[F17] the holder keeps the folder while its process lives, and lets the next one in when it is killed', async () => {
  const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(holder, 'spawn');
  await lockDataFolder({ dataDir, here: readProcessIdentity(holder.pid) });
  await expect(lockDataFolder({ dataDir })).rejects.toThrow(`process ${holder.pid}`);

  holder.kill('SIGKILL');
  await once(holder, 'exit');

  await using _lock = await lockDataFolder({ dataDir });
});
