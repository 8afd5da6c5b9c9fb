/** The bundled demo project: copied into the data folder at first use, with a git history of its own. */
import { cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAll } from './platform/git-commit.ts';
import { findPackageRoot } from './platform/package-root.ts';

/** Answers the folder to register. What the person has changed since is left alone. */
export async function prepareDemo(dataDir: string, searchPath: string): Promise<string> {
  const target = join(dataDir, 'demo', 'lighthouse');
  const isThere = await stat(target).then(
    () => true,
    () => false,
  );
  if (isThere) return target;
  // Made aside and renamed: a start that is cut off must not leave half a project.
  const draft = `${target}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await copyWithHistory(draft, searchPath);
  await rename(draft, target);
  return target;
}

/** One commit a week for each top folder, so that the documents have dates that differ. */
async function copyWithHistory(target: string, searchPath: string): Promise<void> {
  const source = join(findPackageRoot(), 'server/demo-project');
  for (const [week, name] of (await readdir(source)).toSorted().entries()) {
    await cp(join(source, name), join(target, name), { recursive: true });
    const at = new Date(Date.UTC(2026, 8, 1 + week * 7, 9));
    await commitAll(target, { message: `Add ${name}`, at, path: searchPath });
  }
}
