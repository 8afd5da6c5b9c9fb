/** Which account Postgres runs under: it refuses to be root, so a root server lends it another one. */
import { execFile } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';

/** `undefined` means the account of this process. */
export type Account = { readonly uid: number; readonly gid: number } | undefined;

/** A cluster that exists keeps its owner: Postgres starts under no other. */
export async function chooseAccount(cluster: string): Promise<Account> {
  if (process.getuid?.() !== 0) return undefined;

  const owner = await stat(cluster).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return findServiceAccount(await readFile('/etc/passwd', 'utf8'));
}

/** `postgres` where a package made it, else `nobody`. */
export function findServiceAccount(passwd: string): { uid: number; gid: number } {
  for (const wanted of ['postgres', 'nobody']) {
    for (const line of passwd.split('\n')) {
      const [name, , uid, gid] = line.split(':');
      if (name === wanted && Number(uid) > 0) return { uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new Error(
    'Postgres does not run as root, and this system has neither a "postgres" nor a "nobody" account. ' +
      'Start Syncline as another user, or set DATABASE_URL.',
  );
}

/** Tried instead of computed from modes: access lists, mounts and security modules have their say too. */
export async function canEnter(account: Account, path: string): Promise<boolean> {
  if (!account) return true;
  return promisify(execFile)('/bin/sh', ['-c', 'test -x "$1"', 'sh', path], { ...account, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

export async function giveTo(account: Account, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

/** Nothing of our own environment reaches the database's processes; Windows needs its own to run anything. */
export function serverEnvironment(): { env?: NodeJS.ProcessEnv } {
  if (process.platform === 'win32') return {};
  return { env: { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/bin:/bin' } };
}
