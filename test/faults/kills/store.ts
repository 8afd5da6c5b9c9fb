/** The database of one world, as its servers know it and as a witness beside them sees it. */
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { openEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts';
import { openCommitProxy, type CommitProxy } from './commit-proxy.ts';
import { readPostmasterId } from './killable-server.ts';

export interface Store extends AsyncDisposable {
  readonly kind: 'postgres' | 'embedded';
  /** For the server that is to be killed. */
  readonly settings: Readonly<Record<string, string>>;
  /** For one beside it; null where there can be none. */
  readonly besideSettings: Readonly<Record<string, string>> | null;
  /** Null where nobody can stand in between. */
  readonly proxy: CommitProxy | null;
  /** A connection of its own; what it asks fails while an embedded database is down. */
  readonly sql: postgres.Sql;
  /** Takes the database's own processes down as well, or not; answers how, where there is a choice. */
  crash(pick: (below: number) => number): Promise<string>;
}

export interface Cluster extends AsyncDisposable {
  createDatabase(): Promise<{ url: string; drop(): Promise<void> }>;
}

/** A server that is killed never takes this one along, so it need not survive a power cut. */
const ofTheRun = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

export async function openCluster(): Promise<Cluster> {
  const dataDir = await makeDataDir('syncline-kills-');
  const server = await openEmbeddedPostgres({
    dataDir,
    transport: 'tcp',
    settings: ofTheRun,
    signal: AbortSignal.timeout(60_000),
  });
  const { host, port, user, password = '', database } = server.connection;
  const maintenance = `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  return {
    createDatabase: () => createDatabase(maintenance),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function createDatabase(maintenance: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `kills_${randomUUID().replaceAll('-', '')}`;
  await ask(maintenance, `CREATE DATABASE ${name}`);
  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => ask(maintenance, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

export async function openExternalStore(database: { url: string; drop(): Promise<void> }): Promise<Store> {
  const proxy = await openCommitProxy(database.url);
  const dataDir = await makeDataDir('syncline-kills-data-');
  const sql = connect(database.url);
  return {
    kind: 'postgres',
    settings: { DATABASE_URL: proxy.url, SYNCLINE_DATA_DIR: dataDir },
    besideSettings: { DATABASE_URL: database.url, SYNCLINE_DATA_DIR: dataDir },
    proxy,
    sql,
    crash: () => Promise.resolve(''),
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 });
      await proxy[Symbol.asyncDispose]();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function openEmbeddedStore(): Promise<Store> {
  const dataDir = await makeDataDir('syncline-kills-embedded-');
  const sql = postgres({
    host: join(dataDir, 'postgres'),
    port: 5432,
    user: 'syncline',
    database: 'syncline',
    ...asWitness,
  });
  return {
    kind: 'embedded',
    settings: { SYNCLINE_DATA_DIR: dataDir },
    besideSettings: null,
    proxy: null,
    sql,
    async crash(pick) {
      const id = await readPostmasterId(dataDir);
      if (id === undefined) return 'Postgres was not there yet';
      const way = ['the server alone', 'with all of Postgres', 'with the postmaster'][pick(3)] ?? '';
      // In a session of its own: its number is that of its group.
      if (way === 'with all of Postgres') signal(-id);
      if (way === 'with the postmaster') signal(id);
      return way;
    },
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 1 }).catch(() => undefined);
      const id = await readPostmasterId(dataDir);
      if (id !== undefined) signal(-id);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

const asWitness = { max: 2, fetch_types: false, onnotice: () => undefined, idle_timeout: 1 } as const;
const connect = (url: string) => postgres(url, asWitness);

async function makeDataDir(prefix: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  await chmod(folder, 0o755); // as root, Postgres runs under another account
  return folder;
}

function signal(id: number): void {
  try {
    process.kill(id, 'SIGKILL');
  } catch {
    // it has gone by itself
  }
}

async function ask(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
