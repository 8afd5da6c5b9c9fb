/** What a checkout stands on, heard of as it moves. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findGitDirs,
  followHead,
  isGitBusy,
  isHeadOrBranch,
  watchHead,
} from '../../server/platform/git-watch.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-git-')));
  git('init', '-q', '-b', 'main');
  commit('first');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function git(...args: string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];
  execFileSync('git', ['-C', root, ...identity, ...args], { stdio: 'pipe' });
}

const commit = (message: string) => git('commit', '-q', '--allow-empty', '-m', message);

test.each([
  ['a commit', () => commit('second')],
  ['a checkout of another commit', () => git('checkout', '-q', '--detach', 'HEAD~1')],
  ['a commit after the refs were packed', () => (git('pack-refs', '--all'), commit('third'))],
])('[GD5] %s is heard of', async (_, move) => {
  commit('another');
  await using watch = watchHead(findGitDirs(root)!, null);
  const moved = firstValueFrom(watch.moved$);
  await watch.ready;

  move();

  await expect(moved).resolves.toBeUndefined();
});

test('[GD5] a commit in a linked worktree is heard of there', async () => {
  git('worktree', 'add', '-q', 'linked');
  const dirs = findGitDirs(join(root, 'linked'))!;
  await using watch = watchHead(dirs, null);
  const moved = firstValueFrom(watch.moved$);
  await watch.ready;

  git('-C', join(root, 'linked'), 'commit', '-q', '--allow-empty', '-m', 'there');

  await expect(moved).resolves.toBeUndefined();
  expect(dirs).toEqual({ gitDir: join(root, '.git/worktrees/linked'), commonDir: join(root, '.git') });
});

test('[GD5] a branch that is not checked out moves nothing', () => {
  const hasMoved = followHead(findGitDirs(root)!);

  git('branch', 'other');
  expect(hasMoved()).toBe(false);
  commit('second');
  expect(hasMoved()).toBe(true);
  expect(hasMoved()).toBe(false);
});

test('the git folders of a project are those of the checkout around it', () => {
  mkdirSync(join(root, 'packages/docs'), { recursive: true });

  expect(findGitDirs(join(root, 'packages/docs'))).toEqual({
    gitDir: join(root, '.git'),
    commonDir: join(root, '.git'),
  });
  expect(findGitDirs('/')).toBeNull();
});

test.each([
  ['HEAD', 'file', true],
  ['packed-refs', 'file', true],
  ['refs/heads/feature/x', 'file', true],
  ['refs/heads/x.lock', 'file', false],
  ['HEAD.lock', 'file', false],
  ['index.lock', 'file', false],
  ['index', 'file', false],
  ['refs/remotes/origin/main', 'file', false],
  ['refs/heads/feature', 'folder', true],
  ['refs/tags', 'folder', false],
  ['objects', 'folder', false],
] as const)('[WT6] of git, %s (%s) is watched: %s', (path, kind, isWatched) => {
  expect(isHeadOrBranch(path, kind)).toBe(isWatched);
});

test('[F6] git is busy while it holds the index, but a lock left behind holds nothing up', () => {
  const dirs = findGitDirs(root)!;
  const lock = join(root, '.git/index.lock');
  expect(isGitBusy(dirs, Date.now())).toBe(false);

  writeFileSync(lock, '');
  expect(isGitBusy(dirs, Date.now())).toBe(true);

  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, longAgo, longAgo);
  expect(isGitBusy(dirs, Date.now())).toBe(false);
  // A checkout of very many files holds it as long, and a flood of changes says so.
  expect(isGitBusy(dirs, Date.now(), true)).toBe(true);
});

test('[F9] a lock from before the clock was set back holds nothing up', () => {
  const dirs = findGitDirs(root)!;
  const lock = join(root, '.git/index.lock');
  const future = new Date(Date.now() + 3_600_000);
  writeFileSync(lock, '');
  utimesSync(lock, future, future);

  expect(isGitBusy(dirs, Date.now())).toBe(false);
});
