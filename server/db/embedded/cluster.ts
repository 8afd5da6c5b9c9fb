/** Where the database's files live, and how they come to be. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canEnter, chooseAccount, giveTo, serverEnvironment, type Account } from './account.ts';
import { majorOf, program, type PostgresBinaries } from './binaries.ts';

/** For a root server whose data folder, or whose programs, the account of Postgres cannot enter. */
const sharedRoot = '/var/lib/syncline';

export interface ClusterPlace {
  readonly cluster: string;
  readonly account: Account;
  readonly binaries: PostgresBinaries;
}

export async function locateCluster(dataDir: string, binaries: PostgresBinaries): Promise<ClusterPlace> {
  const home = await realpath(dataDir);
  const inside = join(home, 'postgres');
  const outside = join(sharedRoot, digest(home), 'postgres');
  // Once outside, always outside: a later chmod must not show an empty database.
  const existing = (await exists(inside)) ? inside : (await exists(outside)) ? outside : undefined;

  if (existing) await refuseForeign(existing);
  const account = await chooseAccount(existing ?? inside);
  const cluster = existing ?? ((await admits(account, home)) ? inside : outside);
  if (cluster === outside) await mkdir(join(outside, '..'), { recursive: true, mode: 0o755 });
  return { cluster, account, binaries: await reachableBinaries(account, binaries) };
}

/** Answers whether there was none; a cluster appears under its name only when it is whole and on disk. */
export async function createCluster({
  cluster,
  account,
  binaries,
  transport,
  signal,
}: ClusterPlace & { transport: 'socket' | 'tcp'; signal: AbortSignal }): Promise<boolean> {
  if (await exists(join(cluster, 'PG_VERSION'))) {
    await refuseOtherVersion(cluster, binaries);
    return false;
  }
  const draft = `${cluster}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await giveTo(account, draft);
  const passwordFile = join(draft, '..', `password-${randomUUID()}`);
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  await giveTo(account, passwordFile);
  try {
    const run = (args: string[]) =>
      promisify(execFile)(program(binaries.bin, 'initdb'), args, {
        ...account,
        ...serverEnvironment(),
        cwd: draft,
        signal,
      });
    await run(['-D', draft, ...initdbArguments(majorOf(binaries.version), transport, passwordFile)]);
    if (transport === 'tcp') await keepPassword(draft, account, password);
    await run(['-D', draft, '--sync-only']);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, cluster);
  return true;
}

export async function readPassword(cluster: string): Promise<string> {
  return readFile(join(cluster, 'syncline.password'), 'utf8');
}

async function keepPassword(cluster: string, account: Account, password: string): Promise<void> {
  const file = join(cluster, 'syncline.password');
  await writeFile(file, password, { mode: 0o600 });
  await giveTo(account, file);
}

/** `--no-sync`, then one sync of the result: initdb's own would write everything twice. */
function initdbArguments(major: number, transport: 'socket' | 'tcp', passwordFile: string): string[] {
  return [
    '--no-sync',
    '--username=syncline',
    '--encoding=UTF8',
    ...(major >= 17 ? ['--locale-provider=builtin', '--locale=C.UTF-8'] : ['--locale=C']),
    ...(transport === 'tcp' ? ['--auth=scram-sha-256', `--pwfile=${passwordFile}`] : ['--auth=trust']),
  ];
}

async function refuseOtherVersion(cluster: string, binaries: PostgresBinaries): Promise<void> {
  const major = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (Number(major) === majorOf(binaries.version)) return;
  throw new Error(
    `The database in ${cluster} was written by Postgres ${major}; this program brings Postgres ${binaries.version}. ` +
      'Use the earlier program, or move the folder away to begin a new index.',
  );
}

/** Postgres runs under the owner of its files alone; root can lend it that account, nobody else can. */
async function refuseForeign(cluster: string): Promise<void> {
  const { uid } = await stat(cluster);
  const own = process.getuid?.() ?? uid;
  if (own === 0 || own === uid) return;
  throw new Error(
    `The database in ${cluster} belongs to another account (user ${uid}). ` +
      'Start Syncline as that user, or set SYNCLINE_DATA_DIR to another folder.',
  );
}

/** The data folder itself is ours to open; its parents are not. */
async function admits(account: Account, dataDir: string): Promise<boolean> {
  if (!account) return true;
  const { mode } = await stat(dataDir);
  await chmod(dataDir, (mode & 0o7777) | 0o011);
  return canEnter(account, dataDir);
}

async function reachableBinaries(account: Account, binaries: PostgresBinaries): Promise<PostgresBinaries> {
  const installed = binaries.package;
  if (!installed || (await canEnter(account, program(binaries.bin, 'postgres')))) return binaries;

  const copy = join(sharedRoot, `postgres-${installed.version}`);
  if (!(await exists(copy))) await copyOnce(installed.native, copy);
  return { ...binaries, bin: join(copy, 'bin') };
}

/** Two servers may copy at once: the copy appears whole, and the slower one's is dropped. */
async function copyOnce(native: string, copy: string): Promise<void> {
  const draft = `${copy}.${randomUUID()}`;
  await mkdir(sharedRoot, { recursive: true, mode: 0o755 });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  try {
    await promisify(execFile)('chmod', ['-R', 'a+rX', draft]);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  }
}

/** A path that may not be looked at is no proof of absence: that error rises. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
