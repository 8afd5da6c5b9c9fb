/** The bundled demo project: copied into the data folder at first use, with a git history of its own. */
import { cp, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAll } from './platform/git-commit.ts';
import { findPackageRoot } from './platform/package-root.ts';

/** Answers the folder to register. Files the person has changed since are left alone. */
export async function prepareDemo(dataDir: string, searchPath: string): Promise<string> {
  const source = join(findPackageRoot(), 'server/demo-project');
  const target = join(dataDir, 'demo', 'lighthouse');
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (isThere) return target;
  await mkdir(target, { recursive: true });
  // One commit for each top folder, so that its documents have dates that differ.
  for (const [index, name] of (await readdir(source)).toSorted().entries()) {
    await cp(join(source, name), join(target, name), { recursive: true });
    const at = new Date(Date.UTC(2026, 8, 1 + index * 7, 9));
    await commitAll(target, { message: `Add ${name}`, at, path: searchPath });
  }
  return target;
}
