/** One Postgres for a whole test run: nothing of it is left behind, however the run ends. */
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { PostgresBinaries } from '../../server/db/embedded/binaries.ts';
import { openEmbeddedPostgres, type EmbeddedConnection } from '../../server/db/embedded-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database from which others are created; `createTestDatabase` is the way to one of your own. */
    databaseUrl: string;
  }
}

/** A test cluster never has to survive a power cut, and serves many test files at once. */
const forTests = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

/** TCP, because a URL for postgres.js cannot name a socket. Answers how to end the cluster. */
export async function startCluster(
  project: TestProject,
  binaries?: PostgresBinaries,
): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), `syncline-${project.name}-`));
  await chmod(dataDir, 0o755); // as root, Postgres runs under another account
  const server = await openEmbeddedPostgres({
    dataDir,
    ...(binaries ? { binaries } : {}),
    transport: 'tcp',
    settings: forTests,
    signal: AbortSignal.timeout(60_000),
  });
  const dismissHeir = await appointHeir(dataDir);
  project.provide('databaseUrl', toUrl(server.connection));

  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
    dismissHeir();
  };
}

function toUrl({ host, port, user, password = '', database }: EmbeddedConnection): string {
  return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
}

/** A shell that reads our end of a pipe: when it closes, by whatever death, the shell clears up. */
async function appointHeir(dataDir: string): Promise<() => void> {
  if (process.platform === 'win32') return () => undefined;

  const [pid = ''] = (await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n');
  const script = 'cat >/dev/null; kill -QUIT "$1"; sleep 1; kill -KILL "$1"; rm -rf "$2"';
  const heir = spawn('/bin/sh', ['-c', script, 'sh', pid, dataDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  heir.unref();
  (heir.stdin as unknown as { unref(): void }).unref(); // a pipe to a child is a socket, which its type does not say
  return () => heir.kill('SIGKILL');
}
