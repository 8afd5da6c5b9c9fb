/** One moment of the database as the text of a backup, while servers go on writing (EV2, EV5). */
import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { readMigrations, readSchemaVersion, type Statements } from '../migrations.ts';
import { connect, type ConnectionTarget } from '../open.ts';
import { backupFormat, toLine, wholeBackup, type BackupHeader, type BackupLine } from './backup-file.ts';
import { listTables, toCopy, type TableShape } from './list-tables.ts';

export interface BackupOptions {
  readonly target: ConnectionTarget;
  /** Version of the program, for whoever reads the file. */
  readonly program: string;
  readonly madeAt: Date;
}

/**
 * Pulled at the pace of whoever writes it away, in bounded memory. The snapshot is held until the end: nothing waits
 * for it, but rows deleted meanwhile keep their space until then. Given up half way, its session is ended.
 */
export async function* writeBackup(options: BackupOptions): AsyncGenerator<Uint8Array, void, void> {
  const client = connect(options.target, { max: 1 });
  let isComplete = false;
  let pid: number | null = null;
  try {
    // Open first: the driver never hands out a connection that it still has to make (fetch_types is off).
    await client`select 1`;
    const session = await client.reserve();
    const snapshot = await beginSnapshot(session);
    pid = snapshot.pid;
    yield* writeText(session, options);
    // The driver may have connected anew, which would have been another moment.
    if ((await readSnapshot(session)).name !== snapshot.name)
      throw new Error('The snapshot was lost half way');
    await session.unsafe('commit');
    session.release();
    isComplete = true;
  } finally {
    // A copy that nobody reads on would hold its snapshot as long as the connection stands.
    if (!isComplete && pid !== null) await endSession(options.target, pid);
    await client.end({ timeout: isComplete ? 5 : 0 });
  }
}

async function beginSnapshot(session: Statements): Promise<{ pid: number; name: string }> {
  await session.unsafe('begin isolation level repeatable read read only');
  // Whatever the server's settings are, the text must mean the same where it is read.
  await session.unsafe(`set local datestyle to 'ISO, YMD'`);
  await session.unsafe(`set local intervalstyle to 'postgres'`);
  await session.unsafe(`set local extra_float_digits to 1`);
  await session.unsafe(`set local bytea_output to 'hex'`);
  await session.unsafe(`set local statement_timeout to 0`);
  await session.unsafe(`set local idle_in_transaction_session_timeout to 0`);
  return await readSnapshot(session);
}

async function readSnapshot(session: Statements): Promise<{ pid: number; name: string }> {
  const [row] = await session.unsafe('select pg_backend_pid() as pid, pg_current_snapshot()::text as name');
  return { pid: Number(row?.pid), name: String(row?.name) };
}

/** Asked on another connection: the one that copies does not listen. */
async function endSession(target: ConnectionTarget, pid: number): Promise<void> {
  const client = connect(target, { max: 1 });
  try {
    await client`select pg_terminate_backend(${pid})`;
  } catch {
    // The database is away, and the session with it.
  } finally {
    await client.end({ timeout: 1 });
  }
}

async function* writeText(session: postgres.Sql, options: BackupOptions): AsyncGenerator<Uint8Array> {
  const tables = await listTables(session);
  const whole = createHash('sha256');
  const line = (content: BackupLine): Uint8Array => {
    const bytes = Buffer.from(toLine(content));
    whole.update(bytes);
    return bytes;
  };
  yield line(await readHeader(session, tables, options));

  let allRows = 0;
  for (const table of tables) {
    yield line({ table: table.name, columns: [...table.columns] });
    const digest = createHash('sha256');
    let rows = 0;
    for await (const bytes of copyOut(session, table)) {
      digest.update(bytes);
      rows += countLines(bytes);
      yield bytes;
    }
    allRows += rows;
    yield line({ end: table.name, rows, sha256: digest.digest('hex') });
  }
  yield Buffer.from(toLine({ end: wholeBackup, rows: allRows, sha256: whole.digest('hex') }));
}

async function* copyOut(session: postgres.Sql, table: TableShape): AsyncGenerator<Uint8Array> {
  const rows = await session.unsafe(toCopy(table, 'to stdout')).readable();
  try {
    for await (const chunk of rows.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
    // The driver pauses its socket for a reader that is behind, and forgets it when the copy ends in the same breath.
    rows._read(0);
  } finally {
    // Left half way, the connection must go on being read: its end would not be noticed behind what is waiting.
    rows.on('error', () => undefined).resume();
  }
}

async function readHeader(
  session: Statements,
  tables: readonly TableShape[],
  { program, madeAt }: BackupOptions,
): Promise<BackupHeader> {
  const when = (await readSchemaVersion(session)) ?? 0;
  const tag = readMigrations().find((migration) => migration.when === when)?.tag ?? String(when);
  const [state] = await session.unsafe('select epoch, head::text from journal_state');
  const sequences = await session.unsafe(
    `select sequencename as name, last_value::text as last from pg_sequences
     where schemaname = 'public' and last_value is not null order by sequencename`,
  );
  return {
    file: 'syncline-backup',
    format: backupFormat,
    program,
    schema: { tag, when },
    epoch: String(state?.epoch ?? ''),
    head: Number(state?.head ?? 0),
    madeAt: madeAt.toISOString(),
    tables: tables.map(({ name }) => name),
    sequences: sequences.map(({ name, last }) => ({ name: String(name), last: String(last) })),
  };
}

const newline = 0x0a;

/** Rows: a line break inside a value is written as `\n`. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
