/** A real git repository for one test, whose clock the test owns. */
import { execFileSync } from 'node:child_process';
import { createGit, type Git } from '../../server/platform/git.ts';
import { createTempTree, type TempTree } from './temp-tree.ts';

export interface TempRepository extends TempTree {
  git(...args: readonly string[]): string;
  /** Commits everything; `at` is the committer time in seconds. */
  commit(at: number): string;
}

const gitEnv = (at: number) => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.org',
  // The author's date never counts (GD3), so it is always another one.
  GIT_AUTHOR_DATE: '@1000000000 +0000',
  GIT_COMMITTER_DATE: `@${at} +0000`,
});

export function runGit(folder: string, at: number, ...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: folder, env: gitEnv(at), encoding: 'utf8', stdio: 'pipe' }).trim();
}

export function createTempRepository(): TempRepository {
  const tree = createTempTree();
  let now = 0;
  const git = (...args: readonly string[]) => runGit(tree.root, now, ...args);
  git('init', '--quiet', '--initial-branch=main');
  return {
    ...tree,
    git,
    commit(at) {
      now = at;
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', `at ${at}`);
      return git('rev-parse', 'HEAD');
    },
  };
}

export function createTestGit(): Git {
  return createGit({ env: { PATH: process.env['PATH'], HOME: '/nonexistent' } });
}
