/** Git, asked so that neither a repository nor a name in it can make it do anything else. */
import {
  existsSync,
  chmodSync,
  chownSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { createGit, type Repository } from '../../server/platform/git.ts';
import { createTempRepository, createTestGit, runGit } from '../support/temp-repository.ts';
import { createTempTree } from '../support/temp-tree.ts';

const signal = new AbortController().signal;

async function open(folder: string): Promise<Repository> {
  const opened = await createTestGit().openRepository(folder, signal);
  if (opened.state !== 'ok') throw new Error(opened.reason);
  return opened.repository;
}

test('[GD2] a folder below the top knows where it lies', async () => {
  const tree = createTempRepository();
  tree.write('deep/plans/a.md');

  const repository = await open(tree.at('deep/plans'));

  expect(repository).toMatchObject({
    top: tree.root,
    prefix: 'deep/plans/',
    gitDir: tree.at('.git'),
    commonDir: tree.at('.git'),
  });
});

test('[GD4] HEAD is read on a branch, packed, detached, and before the first commit', async () => {
  const tree = createTempRepository();
  const repository = await open(tree.root);

  expect(await repository.readHead(signal)).toBeNull();
  tree.write('a.md');
  const first = tree.commit(100);
  expect(await repository.readHead(signal)).toBe(first);
  tree.git('checkout', '-q', '-b', 'feature/deep');
  const second = tree.commit(200);
  expect(await repository.readHead(signal)).toBe(second);
  tree.git('pack-refs', '--all');
  expect(existsSync(tree.at('.git/refs/heads/main'))).toBe(false);
  expect(await repository.readHead(signal)).toBe(second);
  tree.git('checkout', '-q', '--detach', first);
  expect(await repository.readHead(signal)).toBe(first);
});

test('[GD4] git is asked for a HEAD that is not in a file', async () => {
  const tree = createTempRepository();
  const head = tree.commit(100);
  tree.git('update-ref', 'refs/other/place', head);
  writeFileSync(tree.at('.git/HEAD'), 'ref: refs/heads/alias\n');
  writeFileSync(tree.at('.git/refs/heads/alias'), 'ref: refs/other/place\n');

  expect(await (await open(tree.root)).readHead(signal)).toBe(head);
});

test('[GD4] a worktree has its own HEAD, and shares the rest', async () => {
  const tree = createTempRepository();
  tree.commit(100);
  const other = createTempTree();
  tree.git('worktree', 'add', '-q', '-b', 'side', other.at('side'));
  tree.commit(200);

  const repository = await open(other.at('side'));

  expect(repository.commonDir).toBe(tree.at('.git'));
  expect(await repository.readHead(signal)).toBe(tree.git('rev-parse', 'side'));
});

test('[GD4] an ancestor is told from a stranger, and from a commit that does not exist', async () => {
  const tree = createTempRepository();
  const first = tree.commit(100);
  const second = tree.commit(200);
  const repository = await open(tree.root);

  expect(await repository.isAncestor(first, second, signal)).toBe(true);
  expect(await repository.isAncestor(second, first, signal)).toBe(false);
  expect(await repository.isAncestor('0'.repeat(40), second, signal)).toBe(false);
});

test('[GD10] a folder in no repository', async () => {
  const tree = createTempTree(['a.md']);

  expect(await createTestGit().openRepository(tree.root, signal)).toMatchObject({
    state: 'not_a_repository',
  });
  expect(await createTestGit().openRepository(tree.at('absent'), signal)).toMatchObject({
    state: 'not_a_repository',
  });
});

test('[GD10] a repository that is broken', async () => {
  const tree = createTempRepository();
  rmSync(tree.at('.git/HEAD'));

  expect(await createTestGit().openRepository(tree.root, signal)).toMatchObject({ state: 'broken' });
});

test('[GD10] a worktree whose repository is gone', async () => {
  const tree = createTempTree(['a.md']);
  writeFileSync(tree.at('.git'), 'gitdir: /nonexistent/repo/.git/worktrees/x\n');

  const opened = await createTestGit().openRepository(tree.root, signal);

  expect(opened).toMatchObject({ state: 'broken' });
});

test('[GD10] git that is not installed', async () => {
  const tree = createTempRepository();

  const opened = await createGit({ env: { PATH: '/nonexistent' } }).openRepository(tree.root, signal);

  expect(opened).toMatchObject({ state: 'git_absent', reason: expect.stringContaining('PATH') as string });
});

test.runIf(process.geteuid?.() === 0)('[GU7] a repository of another user', async () => {
  const tree = createTempRepository();
  for (const path of ['.', '.git']) chownSync(tree.at(path), 12_345, 12_345);

  const opened = await createTestGit().openRepository(tree.root, signal);

  expect(opened).toMatchObject({
    state: 'foreign_owner',
    reason: `the repository at ${tree.root} belongs to another user`,
  });
});

/** A git that answers what the script says. */
function createFakeGit(script: string, timeoutMs?: number) {
  const tree = createTempTree();
  tree.write('git', `#!/bin/sh\n${script}\n`);
  chmodSync(tree.at('git'), 0o755);
  const env = {
    PATH: `${tree.root}:/usr/bin:/bin`,
    GIT_DIR: '/etc',
    GIT_CONFIG_COUNT: '1',
    HOME: '/nonexistent',
  };
  return { tree, git: createGit({ env, ...(timeoutMs === undefined ? {} : { timeoutMs }) }) };
}

test('[GD10] git that does not answer in time', async () => {
  const { tree, git } = createFakeGit('exec sleep 60', 50);

  expect(await git.openRepository(tree.root, signal)).toEqual({
    state: 'timeout',
    reason: 'git did not answer within 0.05 s',
  });
});

test('[OP31] a cancelled scan ends its git process', async () => {
  const { tree, git } = createFakeGit('exec sleep 60');
  const controller = new AbortController();
  const opening = git.openRepository(tree.root, controller.signal);
  controller.abort(new Error('cancelled'));

  await expect(opening).rejects.toThrow('cancelled');
});

test('[GU7] git is given fixed settings, and none of the variables that would steer it', async () => {
  const { tree, git } = createFakeGit(`echo "$@" > arguments; env > variables; exit 1`);

  await git.openRepository(tree.root, signal);

  const given = readFileSync(tree.at('arguments'), 'utf8');
  expect(given).toContain(
    '-c core.fsmonitor=false -c core.hooksPath=/dev/null -c core.quotePath=false -c protocol.allow=never',
  );
  expect(given).toContain('--literal-pathspecs');
  const variables = readFileSync(tree.at('variables'), 'utf8').split('\n');
  const names = variables.map((line) => line.split('=')[0] ?? '').filter((name) => name.startsWith('GIT_'));
  expect(names).toEqual(expect.arrayContaining(['GIT_OPTIONAL_LOCKS', 'GIT_TERMINAL_PROMPT']));
  expect(names).not.toContain('GIT_DIR');
  expect(names).not.toContain('GIT_CONFIG_COUNT');
});

test('[GU7] no program that the repository configures is run', async () => {
  const tree = createTempRepository();
  tree.write('a.md');
  tree.commit(100);
  tree.write('trap', '#!/bin/sh\ntouch "$(dirname "$0")/sprung"\n');
  chmodSync(tree.at('trap'), 0o755);
  for (const setting of ['core.fsmonitor', 'core.pager', 'diff.external', 'gpg.program', 'core.sshCommand']) {
    tree.git('config', setting, tree.at('trap'));
  }
  tree.git('config', 'log.showSignature', 'true');
  symlinkSync(tree.at('trap'), tree.at('.git/hooks/post-index-change'));
  tree.write('a.md', 'changed');
  const repository = await open(tree.root);
  const head = await repository.readHead(signal);

  await repository.status(['.'], signal);
  await repository.log({ from: null, to: head! }, ['.'], signal);

  expect(existsSync(tree.at('sprung'))).toBe(false);
});

test('[GU7] names from outside never become options or patterns', async () => {
  const tree = createTempRepository();
  tree.write('--output=pwned/a.md');
  tree.write('*/b.md');
  tree.write('other/c.md');
  const head = tree.commit(100);
  const repository = await open(tree.root);

  const log = await repository.log({ from: null, to: head }, ['--output=pwned', '*'], signal);

  expect(log.split('\0').filter((token) => token.endsWith('.md'))).toEqual(['*/b.md', '--output=pwned/a.md']);
  await expect(repository.log({ from: null, to: '--output=pwned' }, ['.'], signal)).rejects.toThrow(
    'no commit id',
  );
});

test('[GU7] a look at a repository writes nothing to it', async () => {
  const tree = createTempRepository();
  tree.write('a.md');
  const head = tree.commit(100);
  // A touched file makes git want to refresh its index.
  tree.age('a.md', 100);
  const before = statSync(tree.at('.git/index'), { bigint: true });
  const repository = await open(tree.root);

  await repository.status(['.'], signal);
  await repository.log({ from: null, to: head }, ['.'], signal);

  expect(statSync(tree.at('.git/index'), { bigint: true })).toMatchObject({
    mtimeNs: before.mtimeNs,
    ino: before.ino,
  });
});

test('[GU7] a partial clone is read without fetching what it lacks', async () => {
  const origin = createTempRepository();
  origin.write('a.md', 'one\ntwo\nthree\nfour\n');
  origin.write('exact.md', 'the same\n');
  origin.commit(100);
  renameSync(origin.at('a.md'), origin.at('b.md'));
  renameSync(origin.at('exact.md'), origin.at('moved.md'));
  origin.write('b.md', 'one\ntwo\nthree\nfour\nfive\n');
  origin.commit(200);
  origin.git('config', 'uploadpack.allowFilter', 'true');
  const tree = createTempTree();
  runGit(
    tree.root,
    0,
    'clone',
    '-q',
    '--no-checkout',
    '--filter=blob:none',
    `file://${origin.root}`,
    'clone',
  );
  const repository = await open(tree.at('clone'));
  const head = await repository.readHead(signal);

  const log = await repository.log({ from: null, to: head! }, ['.'], signal);

  expect(log).toContain('R100\0exact.md\0moved.md');
});
