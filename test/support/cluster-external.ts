/** The `external` tests' Postgres: one of this machine, so that the program is not tied to the version it brings. */
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { majorOf, readBinaries, type PostgresBinaries } from '../../server/db/embedded/binaries.ts';
import { startCluster } from './cluster.ts';

const oldestMajor = 14;

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  return startCluster(project, await findInstalled());
}

/** The first that runs and is recent enough; without one, the tests run on the package's. */
async function findInstalled(): Promise<PostgresBinaries | undefined> {
  for (const bin of await listFolders()) {
    const found = await readBinaries(bin).catch(() => undefined);
    if (found && majorOf(found.version) >= oldestMajor) return found;
  }
  return undefined;
}

async function listFolders(): Promise<string[]> {
  return [
    ...(await versionsIn('/usr/lib/postgresql', 'bin')), // Debian
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...(await versionsIn('/opt/homebrew/opt', 'bin')),
    ...(await versionsIn('/usr/local/opt', 'bin')),
    ...(await versionsIn('/Applications/Postgres.app/Contents/Versions', 'bin')),
  ];
}

async function versionsIn(folder: string, inside: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const versions = names.filter((name) => /^(postgresql@)?\d+(\.\d+)?$/.test(name));
  return versions.toSorted((a, b) => numberIn(b) - numberIn(a)).map((name) => join(folder, name, inside));
}

function numberIn(name: string): number {
  return Number(/[\d.]+$/.exec(name)?.[0] ?? 0);
}
