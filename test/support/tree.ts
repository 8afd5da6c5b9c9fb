/** Temporary project folders with real files and, where wanted, a real git history. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TestTree extends AsyncDisposable {
  readonly root: string;
  write(path: string, text: string | Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
  /** Files at rest since an hour: a stat then stands for their bytes (DX8). */
  settle(paths: readonly string[]): Promise<void>;
  git(...args: string[]): string;
}

export async function createTree(files: Readonly<Record<string, string>> = {}): Promise<TestTree> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'syncline-project-')));
  const tree: TestTree = {
    root,
    async write(path, text) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    },
    async remove(path) {
      await rm(join(root, path), { recursive: true, force: true });
    },
    async settle(paths) {
      const at = new Date(Date.now() - 3_600_000);
      for (const path of paths) await utimes(join(root, path), at, at);
    },
    git: (...args) =>
      execFileSync(
        'git',
        ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgSign=false', ...args],
        {
          cwd: root,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      ),
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
  for (const [path, text] of Object.entries(files)) await tree.write(path, text);
  return tree;
}
