/** `syncline restore`: puts a backup in the place of a database that no server uses. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { renewEpoch } from '../core/journal-rows.ts';
import { dropAllLeases } from '../core/leases.ts';
import { lockDataFolder } from '../db/data-folder-lock.ts';
import { openEmbeddedPostgres } from '../db/embedded-postgres.ts';
import type { BackupHeader } from '../db/backup/backup-file.ts';
import { replaceDatabase } from '../db/backup/replace-database.ts';
import type { ConnectionTarget } from '../db/open.ts';
import { forgetUnanswered } from '../http/idempotency.ts';
import { readConfig } from '../platform/config.ts';
import { Disposer } from '../platform/disposer.ts';
import { findPackageRoot } from '../platform/package-root.ts';
import { describe, readBackupFile } from './backup.ts';
import { exitCodes, UsageError, type Command, type Surroundings, type Terminal } from './command.ts';
import { readWords, requireWord } from './options.ts';

export const restore: Command = {
  name: 'restore',
  usage: `syncline restore FILE [--db URL|DIR] [--replace]

Puts a backup into a database that no server uses: the one that is set, or the one named by --db. All of it comes in
one transaction: what fails leaves what was there. Cursors of before are told to begin anew.
  --replace    what the database holds may go (and the key of the data folder, when the backup has one)`,
  async run(words, { terminal, environment }) {
    const { values, positionals } = readWords(words, {
      replace: { type: 'boolean', default: false },
      db: { type: 'string' },
    });
    const file = resolve(requireWord(positionals, 0, 'the backup to restore'));
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}`);

    const { key } = await checkFile(file, terminal);
    const place = toPlace(environment, values.db);
    await using disposer = new Disposer();
    const target = await openTarget(place, disposer, terminal);
    const keyFile = key === null ? null : await prepareKey(place, key, values.replace);
    const header = await replaceDatabase({
      target,
      parts: readBackupFile(file),
      replaces: values.replace,
      async settle(tx) {
        const epoch = await renewEpoch(tx);
        await dropAllLeases(tx);
        await forgetUnanswered(tx);
        terminal.err(`The journal goes on as ${epoch}`);
      },
      onTable: (table, rows) => terminal.redraw(`${table}: ${rows} rows`),
    });
    await keyFile?.install();
    terminal.redraw('');
    terminal.out(`Restored: ${describe(header)}`);
    if (key === null) terminal.err('The backup has no key: secrets open with the key they were sealed with.');
    return exitCodes.done;
  },
};

/** The whole file is read before anything is touched. */
async function checkFile(
  file: string,
  terminal: Terminal,
): Promise<{ header: BackupHeader; key: string | null }> {
  let header: BackupHeader | null = null;
  let key: string | null = null;
  for await (const part of readBackupFile(file)) {
    if (part.kind === 'header') header = part.header;
    if (part.kind === 'key') key = part.key;
  }
  if (header === null) throw new Error('The file holds no backup');
  terminal.err(`The file is whole: ${describe(header)}`);
  return { header, key };
}

interface Place {
  readonly url: string | null;
  readonly dataDir: string;
}

function toPlace(environment: Surroundings['environment'], database: string | undefined): Place {
  const config = readConfig(environment, { root: findPackageRoot(), isInsecure: true });
  if (database === undefined) return { url: config.DATABASE_URL ?? null, dataDir: config.SYNCLINE_DATA_DIR };
  if (/^postgres(ql)?:/.test(database)) return { url: database, dataDir: config.SYNCLINE_DATA_DIR };
  return { url: null, dataDir: resolve(database) };
}

async function openTarget(place: Place, disposer: Disposer, terminal: Terminal): Promise<ConnectionTarget> {
  if (place.url !== null) return place.url;
  await mkdir(place.dataDir, { recursive: true });
  disposer.use(await lockDataFolder({ dataDir: place.dataDir }));
  const { signal } = terminal;
  return disposer.use(await openEmbeddedPostgres({ dataDir: place.dataDir, signal })).connection;
}

/** Written aside first, so that only a name changes once the database is restored. */
async function prepareKey(
  { dataDir }: Place,
  key: string,
  replaces: boolean,
): Promise<{ install: () => Promise<void> } | null> {
  const file = join(dataDir, 'secret.key');
  const present = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (present === key) return null;
  if (present !== '' && !replaces) {
    throw new UsageError(`${file} holds another key than the backup: restore with --replace to put it aside`);
  }
  await mkdir(dirname(file), { recursive: true });
  const aside = `${file}.of-backup`;
  const handle = await open(aside, 'w', 0o600);
  try {
    await handle.writeFile(key);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(aside, 0o600);
  return {
    async install() {
      if (present !== '') await rename(file, `${file}.before-restore`);
      await rename(aside, file);
    },
  };
}
