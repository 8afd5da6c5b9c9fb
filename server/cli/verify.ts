/** `syncline verify`: is a backup file whole, is a database as it must be? */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BackupBroken, type BackupHeader } from '../db/backup/backup-file.ts';
import { describe, readBackupFile } from './backup.ts';
import {
  exitCodes,
  UsageError,
  type Command,
  type ExitCode,
  type Surroundings,
  type Terminal,
} from './command.ts';
import { readWords } from './options.ts';

export const verify: Command = {
  name: 'verify',
  usage: `syncline verify [FILE] [--db URL|DIR] [--json]

With FILE: checks counts and digests of a backup. Without: looks through the database for gaps in the journal,
operations without their one end, rows without their owner, wrong counters, a broken audit log.
Ends with 0 when all is well and with 3 when something was found.`,
  async run(words, surroundings) {
    const { values, positionals } = readWords(words, {
      json: { type: 'boolean', default: false },
      db: { type: 'string' },
    });
    const [file, extra] = positionals;
    if (extra !== undefined) throw new UsageError(`One file at a time: ${extra}`);
    if (file === undefined) return await verifyDatabase(surroundings, values.db, values.json);
    if (!existsSync(file)) throw new UsageError(`There is no file ${resolve(file)}`);
    return await verifyFile(resolve(file), surroundings.terminal, values.json);
  },
};

async function verifyFile(file: string, terminal: Terminal, isJson: boolean): Promise<ExitCode> {
  const told = await readTotals(file);
  if (isJson) terminal.out(JSON.stringify(told, null, 2));
  else if (told.fault !== null) terminal.out(`${file} is not whole: ${told.fault}`);
  else {
    const { header, tables, hasKey } = told;
    const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
    terminal.out(`${file} is whole: ${header === null ? '' : describe(header)}`);
    terminal.out(
      `${Object.keys(tables).length} tables, ${rows} rows, ${hasKey ? 'with' : 'without'} the key`,
    );
  }
  return told.fault === null ? exitCodes.done : exitCodes.found;
}

interface Totals {
  readonly header: BackupHeader | null;
  readonly tables: Readonly<Record<string, number>>;
  readonly hasKey: boolean;
  readonly fault: string | null;
}

async function readTotals(file: string): Promise<Totals> {
  let header: BackupHeader | null = null;
  let hasKey = false;
  const tables: Record<string, number> = {};
  try {
    for await (const part of readBackupFile(file)) {
      if (part.kind === 'header') header = part.header;
      if (part.kind === 'table-end') tables[part.end.end] = part.end.rows;
      if (part.kind === 'key') hasKey = true;
    }
    return { header, tables, hasKey, fault: null };
  } catch (failure) {
    if (!isOfFile(failure)) throw failure;
    return { header, tables, hasKey, fault: failure.message };
  }
}

/** What the file is to blame for: its text, or the gzip around it. */
const isOfFile = (failure: unknown): failure is Error =>
  failure instanceof BackupBroken ||
  (failure instanceof Error && 'code' in failure && /^Z_|^ERR_/.test(String(failure.code)));

async function verifyDatabase(
  { terminal, withServer }: Surroundings,
  database: string | undefined,
  isJson: boolean,
): Promise<ExitCode> {
  return await withServer(async ({ call }) => {
    const { value } = await call('verifyDatabase', {});
    const found = value.checks.filter(({ findings }) => findings > 0);
    if (isJson) terminal.out(JSON.stringify(value, null, 2));
    else {
      for (const { check, subject, message } of value.findings)
        terminal.out(`${check}: ${subject} ${message}`);
      const untold = found.reduce((sum, { findings }) => sum + findings, 0) - value.findings.length;
      if (untold > 0) terminal.out(`… and ${untold} more`);
      terminal.out(
        found.length === 0
          ? `All ${value.checks.length} checks hold at ${value.epoch}-${value.head}`
          : `${found.length} of ${value.checks.length} checks do not hold at ${value.epoch}-${value.head}`,
      );
    }
    return found.length === 0 ? exitCodes.done : exitCodes.found;
  }, database);
}
