/** Puts a backup in the place of what a database holds: in one transaction, so that whatever fails leaves what was. */
import { setTimeout as wait, setImmediate as turn } from 'node:timers/promises';
import { drizzle } from 'drizzle-orm/postgres-js';
import type postgres from 'postgres';
import { migrationLock, refuseNewer } from '../migrate.ts';
import {
  applyFirstMigrations,
  namesMade,
  readMigrations,
  readSchemaVersion,
  type Migration,
} from '../migrations.ts';
import { connect, type ConnectionTarget, type Queryable } from '../open.ts';
import type { BackupHeader, TableStart } from './backup-file.ts';
import { listAllTables, listTables, quote, toCopy } from './list-tables.ts';
import type { BackupPart } from './read-backup.ts';

/** The restore is not possible as things are; the message says what to do. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
}

export interface ReplaceOptions {
  readonly target: ConnectionTarget;
  /** Verified parts of a backup file. */
  readonly parts: AsyncIterable<BackupPart>;
  /** What the database holds may go. */
  readonly replaces: boolean;
  /** The migrations that the program brings; tests restore into another program. */
  readonly migrations?: readonly Migration[];
  /** Joins the transaction when the rows are in: what must not be as it was. */
  readonly settle: (tx: Queryable) => Promise<void>;
  readonly onTable: (table: string, rows: number) => void;
}

/** Servers that start meanwhile wait for the lock of the migrations; one that runs is a reason to refuse. */
export async function replaceDatabase(options: ReplaceOptions): Promise<BackupHeader> {
  const client = connect(options.target, { max: 1, name: 'syncline restore' });
  try {
    return (await client.begin((tx) => replace(tx, client, options))) as BackupHeader;
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function replace(
  tx: postgres.TransactionSql,
  client: postgres.Sql,
  { parts, replaces, migrations = readMigrations(), settle, onTable }: ReplaceOptions,
): Promise<BackupHeader> {
  await tx.unsafe('set local statement_timeout to 0');
  await tx.unsafe('set local idle_in_transaction_session_timeout to 0');
  await tx`select pg_advisory_xact_lock(${migrationLock})`;
  await refuseServers(tx);
  await refuseNewer(tx);
  if (!replaces) await refuseRows(tx);

  let header: BackupHeader | null = null;
  let table: { readonly start: TableStart; readonly copy: CopyIn } | null = null;
  for await (const part of parts) {
    if (part.kind === 'header') {
      header = part.header;
      await makeSchema(tx, header, migrations);
    }
    if (part.kind === 'table') table = { start: part.table, copy: await beginCopy(tx, part.table) };
    if (part.kind === 'rows') await table?.copy.write(part.bytes);
    if (part.kind === 'table-end' && table !== null) {
      await table.copy.end();
      await requireRows(tx, table.start.table, part.end.rows);
      onTable(table.start.table, part.end.rows);
      table = null;
    }
  }
  if (header === null) throw new RestoreRefused('The file holds no backup.');
  await setSequences(tx, header);
  await applyLater(tx, header, migrations);
  // Drizzle asks a client how it reads dates; a transaction reads them like the client that began it.
  await settle(drizzle(Object.assign(tx, { options: client.options }) as unknown as postgres.Sql));
  return header;
}

/** How long a session of a server that was killed may take to be noticed. */
const patienceMs = 5_000;

async function refuseServers(tx: postgres.TransactionSql): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // Activity is a snapshot of its own in a transaction, unless it is asked for anew.
    await tx`select pg_stat_clear_snapshot()`;
    const [row] = await tx`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name = 'syncline' and pid <> pg_backend_pid()`;
    if (row?.count === 0) return;
    if (performance.now() > deadline) {
      throw new RestoreRefused('A server of Syncline is connected to this database: stop all of them first.');
    }
    await wait(100);
  }
}

/** A database that a server has opened once, and nothing else, counts as empty. */
async function refuseRows(tx: postgres.TransactionSql): Promise<void> {
  const present = (await listTables(tx)).map(({ name }) => name);
  const telling = ['projects', 'connections', 'audit_logs', 'operations', 'sync_history', 'journal'];
  for (const name of telling.filter((table) => present.includes(table))) {
    const rows = await tx.unsafe(`select from public.${quote(name)} limit 1`);
    if (rows.length === 0) continue;
    throw new RestoreRefused(
      `The database is not empty (${name} has rows). Back it up, then restore with --replace, or name another database with --db.`,
    );
  }
}

/** The schema that the backup was made with: its rows fit into it, whatever the program has changed since. */
async function makeSchema(
  tx: postgres.TransactionSql,
  header: BackupHeader,
  migrations: readonly Migration[],
): Promise<void> {
  const newest = migrations.at(-1);
  if (newest !== undefined && header.schema.when > newest.when) {
    throw new RestoreRefused(
      `The backup was made by a newer version of Syncline (${header.program}, schema ${header.schema.tag}): restore it with that version.`,
    );
  }
  const until = migrations.findIndex(({ when }) => when === header.schema.when);
  if (until === -1) {
    throw new RestoreRefused(`This version does not know the schema of the backup (${header.schema.tag}).`);
  }
  await dropEverything(tx, migrations);
  await applyFirstMigrations(tx, migrations.slice(0, until + 1));
  const tables = await listTables(tx, migrations);
  // Rows that a migration brings are in the backup as they have become.
  for (const { name } of tables.toReversed()) {
    const rows = await tx.unsafe(`select from public.${quote(name)} limit 1`);
    if (rows.length > 0) await tx.unsafe(`delete from public.${quote(name)}`);
  }
  const made = tables.map(({ name }) => name).toSorted();
  if (made.join() !== header.tables.toSorted().join()) {
    throw new RestoreRefused('The tables of the backup are not those of its schema: the file was changed.');
  }
}

/** What our migrations have made, and nothing of anybody else's. */
async function dropEverything(tx: postgres.TransactionSql, migrations: readonly Migration[]): Promise<void> {
  const ours = namesMade(migrations, 'table');
  const foreign = (await listAllTables(tx)).filter(({ name }) => !ours.includes(name));
  if (foreign.length > 0 && (await readSchemaVersion(tx)) === null) {
    throw new RestoreRefused(
      `The database holds tables that are not Syncline's (${foreign[0]?.name}, …): name an empty one with --db.`,
    );
  }
  for (const name of ours) await tx.unsafe(`drop table if exists public.${quote(name)} cascade`);
  for (const name of namesMade(migrations, 'type'))
    await tx.unsafe(`drop type if exists public.${quote(name)}`);
  for (const name of namesMade(migrations, 'function'))
    await tx.unsafe(`drop function if exists public.${quote(name)}`);
  await tx.unsafe('drop table if exists drizzle.__drizzle_migrations');
}

interface CopyIn {
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
}

/**
 * Not by `pipeline`: the driver never calls a stream finished whose last rows the database refuses. The statement
 * after it tells.
 */
async function beginCopy(tx: postgres.TransactionSql, { table, columns }: TableStart): Promise<CopyIn> {
  const rows = await tx.unsafe(toCopy({ name: table, columns }, 'from stdin')).writable();
  // Told by the next write, and by the statement after the last.
  rows.on('error', () => undefined);
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        rows.write(bytes, (failure) => {
          if (failure) reject(new Error(`The rows of ${table} were refused`, { cause: failure }));
          else resolve();
        });
      }),
    async end() {
      rows.end();
      // The driver sends the end of the copy in this turn or the next; a statement must not come before it.
      await turn();
    },
  };
}

async function requireRows(tx: postgres.TransactionSql, table: string, expected: number): Promise<void> {
  const [row] = await tx.unsafe(`select count(*)::text as count from public.${quote(table)}`);
  if (Number(row?.count) === expected) return;
  throw new Error(`The table ${table} has ${row?.count} rows after its ${expected} were copied`);
}

async function setSequences(tx: postgres.TransactionSql, { sequences }: BackupHeader): Promise<void> {
  for (const { name, last } of sequences) {
    await tx`select setval(to_regclass(${`public.${quote(name)}`}), ${last}::bigint, true)`;
  }
}

/** From the backup's schema to that of this program, as a start of the server would. */
async function applyLater(
  tx: postgres.TransactionSql,
  { schema }: BackupHeader,
  migrations: readonly Migration[],
): Promise<void> {
  for (const { when, hash, statements } of migrations.filter((one) => one.when > schema.when)) {
    for (const statement of statements) await tx.unsafe(statement);
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${when})`;
  }
}
