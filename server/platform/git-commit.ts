/** Commits everything in a folder to a repository of its own: for the bundled demo, which needs a history to show. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { simpleGit } from 'simple-git';

/** `path` is where to find git. Makes the repository if there is none. Nobody's name, hooks or signing keys are used. */
export async function commitAll(
  folder: string,
  { message, at, path }: { message: string; at: Date; path: string },
): Promise<void> {
  const when = at.toISOString();
  const git = simpleGit({
    baseDir: folder,
    config: [
      'core.hooksPath=/dev/null',
      'commit.gpgSign=false',
      'user.name=Syncline',
      'user.email=demo@localhost',
    ],
    unsafe: { allowUnsafeHooksPath: true },
    allowEnvironment: ['GIT_AUTHOR_DATE', 'GIT_COMMITTER_DATE', 'GIT_CONFIG_NOSYSTEM'],
  }).env({ GIT_AUTHOR_DATE: when, GIT_COMMITTER_DATE: when, GIT_CONFIG_NOSYSTEM: '1', PATH: path });
  if (!existsSync(join(folder, '.git'))) await git.raw(['init', '--quiet', '--initial-branch=main']);
  await git.raw(['add', '--all']);
  await git.raw(['commit', '--quiet', '--message', message]);
}
