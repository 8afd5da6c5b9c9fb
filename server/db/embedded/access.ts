/** How this process reaches its Postgres: by a socket in a folder of its own, or by a password on 127.0.0.1. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveTo, type Account } from './account.ts';
import { readPassword } from './cluster.ts';

export interface Access {
  readonly transport: 'socket' | 'tcp';
  /** A folder for a socket, an address for TCP. */
  readonly host: string;
  readonly secret: { readonly password?: string };
  readonly close: () => Promise<void>;
}

/** A socket's address holds 108 bytes on Linux and 104 on macOS, with the closing zero. */
const maxSocketBytes = 103;

export async function openAccess({
  cluster,
  account,
  transport,
}: {
  cluster: string;
  account: Account;
  transport: 'socket' | 'tcp';
}): Promise<Access> {
  if (transport === 'tcp') {
    const secret = { password: await readPassword(cluster) };
    return { transport, host: '127.0.0.1', secret, close: async () => undefined };
  }
  if (fitsSocket(cluster)) return { transport, host: cluster, secret: {}, close: async () => undefined };

  const folder = await makePrivateFolder(cluster, account);
  return { transport, host: folder, secret: {}, close: () => rm(folder, { recursive: true, force: true }) };
}

export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(join(folder, '.s.PGSQL.5432')) <= maxSocketBytes;
}

/** Named after the cluster, so that a server that was killed left at most one. */
async function makePrivateFolder(cluster: string, account: Account): Promise<string> {
  const name = createHash('sha256')
    .update(await realpath(cluster))
    .digest('hex')
    .slice(0, 12);
  const folder = join(await findShortFolder(), `syncline-${name}`);
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await refuseForeign(folder, account);
  await giveTo(account, folder);
  return folder;
}

async function findShortFolder(): Promise<string> {
  const folder = await realpath(tmpdir());
  return fitsSocket(join(folder, 'syncline-0123456789ab')) ? folder : '/tmp';
}

/** Anybody may write to the temp folder: a folder prepared by somebody else would hand them our connections. */
async function refuseForeign(folder: string, account: Account): Promise<void> {
  const { uid, mode, isDirectory } = await lstatOf(folder);
  const ours = [process.getuid?.(), account?.uid];
  if (isDirectory && ours.includes(uid) && (mode & 0o077) === 0) return;
  throw new Error(`${folder} is not a private folder of this account. Remove it and start again.`);
}

async function lstatOf(folder: string): Promise<{ uid: number; mode: number; isDirectory: boolean }> {
  const found = await lstat(folder);
  return { uid: found.uid, mode: found.mode, isDirectory: found.isDirectory() };
}
