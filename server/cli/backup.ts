/** `syncline backup`: one moment of the database as a file, while the server runs. */
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { createGunzip, gzipSync } from 'node:zlib';
import { pipeline, type Readable } from 'node:stream';
import { readBackup as readBackupRoute } from '../../shared/api/system.ts';
import type { BackupHeader } from '../db/backup/backup-file.ts';
import { readBackup, toKeyLine, type BackupPart } from '../db/backup/read-backup.ts';
import { readConfig } from '../platform/config.ts';
import { findPackageRoot } from '../platform/package-root.ts';
import {
  exitCodes,
  UsageError,
  type Command,
  type Server,
  type Surroundings,
  type Terminal,
} from './command.ts';
import { readWords, requireWord } from './options.ts';

export const backup: Command = {
  name: 'backup',
  usage: `syncline backup FILE [--with-key] [--replace] [--db URL|DIR]

Copies one moment of the whole database into FILE, which only you may read; servers go on meanwhile.
  --with-key   the key file of the data folder too: without it, or SYNCLINE_SECRET_KEY, nobody can open the
               secrets of connections in the backup. Whoever has the file can then read them.
  --replace    FILE may exist already; it is replaced when the new backup is whole`,
  async run(words, surroundings) {
    const { values, positionals } = readWords(words, {
      'with-key': { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      db: { type: 'string' },
    });
    const file = resolve(requireWord(positionals, 0, 'the file to write'));
    const { terminal, withServer } = surroundings;
    if (!values.replace && (await exists(file))) {
      throw new UsageError(`${file} exists: name another file, or replace it with --replace`);
    }
    const key = values['with-key'] ? await readKey(surroundings, values.db) : null;
    const aside = join(dirname(file), `.${basename(file)}.${randomUUID()}.partial`);
    try {
      await withServer((server) => download(server, { aside, key, terminal }), values.db);
      const header = await summarize(aside, terminal);
      await rename(aside, file);
      await syncFolder(dirname(file));
      terminal.out(`${file}: ${describe(header)}`);
      terminal.err(
        key === null
          ? 'Secrets in it are sealed, and their key is not in it: keep secret.key of the data folder, or SYNCLINE_SECRET_KEY, apart.'
          : 'The key of its secrets is in it: keep it where nobody else can read.',
      );
      return exitCodes.done;
    } finally {
      await rm(aside, { force: true });
    }
  },
};

export const describe = ({ madeAt, schema, epoch, head }: BackupHeader): string =>
  `database of ${madeAt}, schema ${schema.tag}, journal ${epoch} up to ${head}`;

interface Download {
  readonly aside: string;
  readonly key: string | null;
  readonly terminal: Terminal;
}

async function download({ url, token }: Server, { aside, key, terminal }: Download): Promise<void> {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answer = await fetch(url + readBackupRoute.path, { headers, signal: terminal.signal });
  if (!answer.ok || answer.body === null) {
    throw new Error(`The server at ${url} gives no backup (HTTP ${answer.status}): ${await answer.text()}`);
  }
  const handle = await open(aside, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of answer.body) {
      await handle.writeFile(chunk);
      size += chunk.length;
      terminal.redraw(`${(size / 1e6).toFixed(1)} MB`);
    }
    // A member of its own: gunzip reads what follows on.
    if (key !== null) await handle.writeFile(gzipSync(toKeyLine(key)));
    await handle.sync();
  } finally {
    await handle.close();
    terminal.redraw('');
  }
}

/** What is on the disk is read again before it gets its name. */
async function summarize(file: string, terminal: Terminal): Promise<BackupHeader> {
  let header: BackupHeader | null = null;
  for await (const part of readBackupFile(file)) {
    if (part.kind === 'header') header = part.header;
    if (part.kind === 'table-end' && part.end.rows > 0)
      terminal.err(`${part.end.end}: ${part.end.rows} rows`);
  }
  if (header === null) throw new Error('The backup is empty');
  return header;
}

/** The parts of a backup file, each checked. */
export async function* readBackupFile(file: string): AsyncGenerator<BackupPart, void, void> {
  const text: Readable = pipeline(createReadStream(file), createGunzip(), () => undefined);
  yield* readBackup(text as AsyncIterable<Uint8Array>);
}

async function readKey({ environment }: Surroundings, database: string | undefined): Promise<string> {
  if (environment.SYNCLINE_SECRET_KEY) {
    throw new UsageError('The key is SYNCLINE_SECRET_KEY here, and in no file: keep it apart');
  }
  if (environment.SYNCLINE_URL && database === undefined) {
    throw new UsageError('The key file is with the server: run this where its data folder is');
  }
  const isFolder = database !== undefined && !/^postgres(ql)?:/.test(database);
  const { SYNCLINE_DATA_DIR: configured } = readConfig(environment, {
    root: findPackageRoot(),
    isInsecure: true,
  });
  const file = join(isFolder ? database : configured, 'secret.key');
  const text = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (!/^[\da-f]{64}$/.test(text)) throw new UsageError(`There is no key in ${file}`);
  return text;
}

async function exists(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null);
  await handle?.close();
  return handle !== null;
}

/** Its new name must outlive a power cut too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
