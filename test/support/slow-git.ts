/** A git that waits while a gate is shut: holds a sync in the middle of its work, for as long as the test likes. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export interface SlowGit extends AsyncDisposable {
  /** `PATH` with this git first. */
  readonly path: string;
  shut(): Promise<void>;
  open(): Promise<void>;
}

export async function createSlowGit(): Promise<SlowGit> {
  const folder = await mkdtemp(join(tmpdir(), 'syncline-git-'));
  const gate = join(folder, 'gate');
  const real = process.env.PATH ?? '/usr/bin:/bin';
  const script = `#!/bin/sh
while [ -e '${gate}' ]; do sleep 0.02; done
PATH='${real}' exec git "$@"
`;
  await writeFile(join(folder, 'git'), script);
  await chmod(join(folder, 'git'), 0o755);
  return {
    path: `${folder}${delimiter}${real}`,
    shut: () => writeFile(gate, ''),
    open: () => rm(gate, { force: true }),
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}
