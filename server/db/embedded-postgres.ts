/** The database that comes with the program: a real Postgres, run as a child of this process on the data folder. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { openAccess } from './embedded/access.ts';
import { findEmbeddedBinaries, type PostgresBinaries } from './embedded/binaries.ts';
import { createCluster, locateCluster } from './embedded/cluster.ts';
import { openPostmaster, type Postmaster } from './embedded/postmaster.ts';

export interface EmbeddedPostgres extends AsyncDisposable {
  /** Options for postgres.js. */
  readonly connection: EmbeddedConnection;
  readonly version: string;
  /** Whether the data folder held no database before. */
  readonly wasCreated: boolean;
  /** Lets open transactions fail and the database close its files; twice is harmless. */
  stop(): Promise<void>;
}

export interface EmbeddedConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly password?: string;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly binaries?: PostgresBinaries;
  /** A socket only this account may open; where the system has none, a password on 127.0.0.1. */
  readonly transport?: 'socket' | 'tcp';
  /** Server settings over ours; tests turn durability off. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (message: string) => void;
  readonly signal: AbortSignal;
}

/** The caller holds the lock of the data folder: whatever Postgres still runs on it was left by a killed server. */
export async function openEmbeddedPostgres({
  dataDir,
  binaries: given,
  transport = process.platform === 'win32' ? 'tcp' : 'socket',
  settings = {},
  log = () => undefined,
  signal,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  const found = given ?? (await findEmbeddedBinaries());
  const { cluster, account, binaries } = await locateCluster(dataDir, found);
  const wasCreated = await createCluster({ cluster, account, binaries, transport, signal });
  const access = await openAccess({ cluster, account, transport });
  const postmaster = await openPostmaster({
    cluster,
    account,
    binaries,
    access,
    settings,
    logFile: join(dataDir, 'postgres.log'),
    log,
    signal,
  });
  const server = { host: access.host, port: postmaster.port, user: 'syncline', ...access.secret };
  await ensureDatabase({ ...server, database: 'postgres' }, postmaster);

  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= postmaster.stop().then(access.close));
  return {
    connection: { ...server, database: 'syncline' },
    version: binaries.version,
    wasCreated,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** Asked on every start: a kill between making the cluster and making the database must not last. */
async function ensureDatabase(maintenance: EmbeddedConnection, postmaster: Postmaster): Promise<void> {
  const sql = postgres({ ...maintenance, max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    const found = await sql`SELECT 1 FROM pg_database WHERE datname = 'syncline'`.simple();
    if (found.length === 0) await sql`CREATE DATABASE syncline`.simple();
  } catch (error) {
    await postmaster.stop();
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
