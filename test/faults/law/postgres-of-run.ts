/** A Postgres for one long run, with an empty database for each plan that is tried. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { openEmbeddedPostgres } from '../../../server/db/embedded-postgres.ts';

export interface RunPostgres extends AsyncDisposable {
  createDatabase(): Promise<string>;
}

/** Servers are killed here, the machine is not: without waiting for the disk, a commit is as durable as it has to be. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '100' };

export async function openRunPostgres(): Promise<RunPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-law-postgres-'));
  await chmod(dataDir, 0o755); // as root, Postgres runs under another account
  const cluster = await openEmbeddedPostgres({
    dataDir,
    transport: 'tcp',
    settings,
    signal: AbortSignal.timeout(60_000),
  });
  const { host, port, user, password = '' } = cluster.connection;
  const toUrl = (database: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  let made = 0;
  return {
    async createDatabase() {
      const name = `law_${(made += 1)}`;
      const sql = postgres(toUrl('postgres'), { max: 1, fetch_types: false, onnotice: () => undefined });
      await sql.unsafe(`create database ${name}`);
      await sql.end({ timeout: 1 });
      return toUrl(name);
    },
    async [Symbol.asyncDispose]() {
      await cluster.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
