/** Dates out of real repositories. */
import { renameSync, rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGitDates, type CachedHistory } from '../../server/features/indexing/git-dates.ts';
import { createGit, type Git } from '../../server/platform/git.ts';
import {
  createTempRepository,
  createTestGit,
  runGit,
  type TempRepository,
} from '../support/temp-repository.ts';
import { createTempTree } from '../support/temp-tree.ts';

const signal = new AbortController().signal;

interface Changes {
  readonly root?: string;
  readonly entries?: readonly string[];
  readonly cached?: CachedHistory | null;
  readonly git?: Git;
}

const read = (
  tree: { readonly root: string },
  { root, entries = ['.'], cached = null, git = createTestGit() }: Changes = {},
) => readGitDates({ git, root: root ?? tree.root, entries, cached, signal });

type Dates = Awaited<ReturnType<typeof read>>;
const secondsOf = (dates: Dates, path: string) => {
  const found = dates.datesOf(path);
  return found && [found.newestMs / 1000, found.oldestMs / 1000];
};

test('[GD3] a renamed file keeps its beginning, a copied one begins with the copy', async () => {
  const tree = createTempRepository();
  tree.write('old.md', 'one\ntwo\nthree\n');
  tree.write('source.md', 'alpha\nbeta\n');
  tree.commit(100);
  renameSync(tree.at('old.md'), tree.at('new.md'));
  tree.write('copy.md', 'alpha\nbeta\n');
  tree.commit(200);
  tree.git('config', 'diff.renames', 'copies');

  const dates = await read(tree);

  expect(dates).toMatchObject({ state: 'ok', reason: null, shallow: false, dirtyPaths: 0 });
  expect(secondsOf(dates, 'new.md')).toEqual([200, 100]);
  expect(secondsOf(dates, 'copy.md')).toEqual([200, 200]);
  expect(secondsOf(dates, 'source.md')).toEqual([100, 100]);
});

test('[GD2] names with a newline, a tab, an emoji, or an accent are dated and seen to be dirty', async () => {
  const names = ['a\nb.md', 'a\tb.md', '\u{1f600}.md', 'caf\u{e9} ".md', ' -x.md'];
  const tree = createTempRepository();
  for (const name of names) tree.write(name);
  tree.commit(100);
  for (const name of names) tree.write(name, 'changed');

  const dates = await read(tree);

  expect(names.map((name) => secondsOf(dates, name))).toEqual(names.map(() => [100, 100]));
  expect(names.filter((name) => !dates.isDirty(name))).toEqual([]);
});

test('[GD2] a project below the top of its repository gets its own paths, whatever the person has configured', async () => {
  const tree = createTempRepository();
  tree.write('app/docs/a.md');
  tree.write('docs/a.md');
  tree.commit(100);
  tree.write('docs/a.md', 'changed');
  tree.commit(200);
  tree.write('app/docs/new.md');
  tree.git('config', 'diff.relative', 'true');
  tree.git('config', 'status.relativePaths', 'true');

  const dates = await read(tree, { root: tree.at('app'), entries: ['docs'] });

  expect(secondsOf(dates, 'docs/a.md')).toEqual([100, 100]);
  expect(dates.isDirty('docs/new.md')).toBe(true);
  expect(dates.isDirty('docs/a.md')).toBe(false);
});

test('[GD6] dirty is what git says: modified, staged, untracked file by file, and all of a nested repository', async () => {
  const tree = createTempRepository();
  for (const path of ['clean.md', 'modified.md', 'staged.md']) tree.write(path);
  tree.write('.gitignore', 'ignored.md\n');
  tree.commit(100);
  tree.write('modified.md', 'changed');
  tree.write('staged.md', 'changed');
  tree.git('add', 'staged.md');
  tree.write('fresh/deep/untracked.md');
  tree.write('fresh/other.md');
  tree.write('ignored.md');
  tree.write('nested/a.md');
  runGit(tree.at('nested'), 0, 'init', '--quiet');

  const dates = await read(tree);

  const dirty = ['modified.md', 'staged.md', 'fresh/deep/untracked.md', 'fresh/other.md', 'nested/a.md'];
  expect(dirty.filter((path) => !dates.isDirty(path))).toEqual([]);
  expect(['clean.md', 'ignored.md', 'fresh/deep'].filter((path) => dates.isDirty(path))).toEqual([]);
  expect(dates.dirtyPaths).toBe(5);
});

test('[GD2] a change made only in a merge counts', async () => {
  const tree = createTempRepository();
  tree.write('a.md');
  tree.commit(100);
  tree.git('checkout', '-q', '-b', 'side');
  tree.write('b.md');
  tree.commit(200);
  tree.git('checkout', '-q', 'main');
  tree.write('c.md');
  tree.commit(300);
  tree.git('merge', '-q', '--no-commit', 'side');
  tree.write('a.md', 'only the merge says so');
  tree.commit(400);

  const dates = await read(tree);

  expect(secondsOf(dates, 'a.md')).toEqual([400, 100]);
  expect(secondsOf(dates, 'b.md')).toEqual([200, 200]);
});

test('[GD1] only the entries are read', async () => {
  const tree = createTempRepository();
  for (const path of ['docs/a.md', 'src/b.md', '.claude/progress/c.md']) tree.write(path);
  tree.commit(100);

  const dates = await read(tree, { entries: ['docs', '.claude/progress', 'absent'] });

  expect(dates.indexedPaths).toBe(2);
  expect(secondsOf(dates, 'src/b.md')).toBeUndefined();
});

/** Counts the logs that are asked for, and from where. */
function watchLogs(): { git: Git; logs: (string | null)[] } {
  const logs: (string | null)[] = [];
  const real = createTestGit();
  const git: Git = {
    async openRepository(folder, openSignal) {
      const opened = await real.openRepository(folder, openSignal);
      if (opened.state !== 'ok') return opened;
      const { repository } = opened;
      return {
        state: 'ok',
        repository: {
          ...repository,
          log(range, ...rest) {
            logs.push(range.from);
            return repository.log(range, ...rest);
          },
        },
      };
    },
  };
  return { git, logs };
}

test('[GD4] the same HEAD needs no log, a descendant only what it adds, other entries all of it', async () => {
  const tree = createTempRepository();
  const { git, logs } = watchLogs();
  tree.write('docs/old.md', 'one\ntwo\n');
  const first = tree.commit(100);

  const cached = (await read(tree, { git })).cacheToStore;
  expect(logs).toEqual([null]);
  expect((await read(tree, { git, cached })).cacheToStore).toBeNull();
  expect(logs).toEqual([null]);

  renameSync(tree.at('docs/old.md'), tree.at('docs/new.md'));
  tree.commit(200);
  const next = await read(tree, { git, cached });
  expect(logs).toEqual([null, first]);
  expect(secondsOf(next, 'docs/new.md')).toEqual([200, 100]);

  await read(tree, { git, cached: next.cacheToStore, entries: ['docs'] });
  expect(logs).toEqual([null, first, null]);
});

test('[GD4] a merge that takes the other side whole gives the same dates step by step and at once', async () => {
  const tree = createTempRepository();
  tree.write('a.md', 'base');
  const base = tree.commit(100);
  tree.write('a.md', 'ours');
  const ours = tree.commit(400);
  const cached = (await read(tree)).cacheToStore;
  tree.git('checkout', '-q', '-b', 'side', base);
  tree.write('a.md', 'theirs');
  tree.commit(300);
  tree.git('merge', '-q', '-s', 'ours', ours);
  tree.commit(500);

  expect(secondsOf(await read(tree, { cached }), 'a.md')).toEqual([400, 100]);
  expect(secondsOf(await read(tree), 'a.md')).toEqual([400, 100]);
});

test('[GD4] a commit that touches no entry only moves the HEAD of what is kept', async () => {
  const tree = createTempRepository();
  tree.write('docs/a.md');
  tree.commit(100);
  const first = await read(tree, { entries: ['docs'] });
  tree.write('src/b.ts');
  const head = tree.commit(200);

  const second = await read(tree, { entries: ['docs'], cached: first.cacheToStore });

  expect(second.cacheToStore).toEqual({ ...first.cacheToStore, head });
});

test('[GD4] after a rewrite of history all of it is read again', async () => {
  const tree = createTempRepository();
  const { git, logs } = watchLogs();
  tree.write('a.md');
  const base = tree.commit(100);
  tree.write('b.md');
  tree.commit(200);
  const cached = (await read(tree, { git })).cacheToStore;
  tree.git('reset', '-q', '--hard', base);
  tree.write('b.md');
  tree.commit(300);

  const dates = await read(tree, { git, cached });

  expect(logs).toEqual([null, null]);
  expect(secondsOf(dates, 'b.md')).toEqual([300, 300]);
});

test('[GD4] a kept commit that no longer exists is no hindrance', async () => {
  const tree = createTempRepository();
  tree.write('a.md');
  tree.commit(100);
  const kept = (await read(tree)).cacheToStore!;

  const dates = await read(tree, { cached: { ...kept, head: 'f'.repeat(40) } });

  expect(secondsOf(dates, 'a.md')).toEqual([100, 100]);
});

test('[GD7] a shallow clone says so, and is read again when it is deepened', async () => {
  const origin = createTempRepository();
  origin.write('a.md');
  origin.commit(100);
  origin.write('b.md');
  origin.commit(200);
  const folder = createTempTree();
  runGit(folder.root, 0, 'clone', '-q', '--depth=1', `file://${origin.root}`, 'clone');
  const clone = { root: folder.at('clone') };

  const shallow = await read(clone);
  expect(shallow.shallow).toBe(true);
  expect(secondsOf(shallow, 'a.md')).toEqual([200, 200]);

  runGit(clone.root, 0, 'fetch', '-q', '--unshallow');
  const whole = await read(clone, { cached: shallow.cacheToStore });
  expect(whole.shallow).toBe(false);
  expect(secondsOf(whole, 'a.md')).toEqual([100, 100]);
});

test('[GD10] an empty repository, a detached HEAD and a worktree are no errors', async () => {
  const tree = createTempRepository();
  tree.write('a.md');

  const empty = await read(tree);
  expect(empty).toMatchObject({ state: 'ok', head: null, cacheToStore: null });
  expect(empty.isDirty('a.md')).toBe(true);

  const head = tree.commit(100);
  tree.git('checkout', '-q', '--detach');
  expect(await read(tree)).toMatchObject({ state: 'ok', head });

  const other = createTempTree();
  tree.git('worktree', 'add', '-q', '-b', 'side', other.at('side'));
  expect(secondsOf(await read({ root: other.at('side') }), 'a.md')).toEqual([100, 100]);
});

test('[GD10] without a repository, without git, or with a broken one there are no dates, and a reason', async () => {
  const plain = createTempTree(['a.md']);
  const tree = createTempRepository();
  tree.write('a.md');
  tree.commit(100);

  expect(await read(plain)).toMatchObject({ state: 'not_a_repository', cacheToStore: null });
  expect(await read(tree, { git: createGit({ env: { PATH: '/nonexistent' } }) })).toMatchObject({
    state: 'git_absent',
  });
  rmSync(tree.at('.git/objects'), { recursive: true });
  const broken = await read(tree);
  expect(broken.state).toBe('broken');
  expect(broken.reason).toContain(tree.root);
  expect(secondsOf(broken, 'a.md')).toBeUndefined();
});

test('[OP31] a cancelled scan reads no dates', async () => {
  const tree = createTempRepository();
  const reading = readGitDates({
    git: createTestGit(),
    root: tree.root,
    entries: ['.'],
    cached: null,
    signal: AbortSignal.abort(),
  });

  await expect(reading).rejects.toThrow(/abort/i);
});

type Step =
  | { readonly do: 'write' | 'remove' | 'checkout' | 'merge'; readonly name: string; readonly text: number }
  | { readonly do: 'rename'; readonly name: string; readonly to: string };

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('write' as const), name, text: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('remove' as const, 'checkout' as const, 'merge' as const),
      name,
      text: fc.nat(3),
    }),
  },
);

function take(tree: TempRepository, one: Step): void {
  try {
    switch (one.do) {
      case 'write':
        return tree.write(one.name, `${one.name}\n`.repeat(20) + one.text);
      case 'rename':
        return renameSync(tree.at(one.name), tree.at(one.to));
      case 'remove':
        return tree.remove(one.name);
      case 'checkout':
        return void tree.git(
          'checkout',
          '-q',
          '-B',
          `branch-${one.text}`,
          one.text === 0 ? 'HEAD~1' : 'HEAD',
        );
      case 'merge':
        return void tree.git('merge', '-q', '-X', 'ours', '--no-edit', `branch-${one.text}`);
      default:
        return one satisfies never;
    }
  } catch {
    // A random step may ask for what is not there; the others go on.
  }
}

test('[GD4] after any commits, renames, branches and merges, dates read step by step equal dates read at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 6 }),
      async (rounds) => {
        const tree = createTempRepository();
        let cached: CachedHistory | null = null;
        for (const [round, steps] of rounds.entries()) {
          for (const one of steps) take(tree, one);
          tree.commit(1000 + round * 10);
          const dates: Dates = await read(tree, { cached });
          cached = dates.cacheToStore ?? cached;
          const whole = await read(tree);
          for (const path of ['a', 'b', 'c']) expect(dates.datesOf(path)).toEqual(whole.datesOf(path));
        }
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test('[GD3] along one line of commits the dates are those that `git log --follow` finds', async () => {
  const linear = fc.array(
    step.filter((one) => one.do === 'write' || one.do === 'rename'),
    { minLength: 2, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(linear, async (steps) => {
      const tree = createTempRepository();
      for (const [index, one] of steps.entries()) {
        // Contents of their own, because `--follow` also follows copies, and a copy is a new file (GD3).
        if (one.do === 'write') tree.write(one.name, `round ${index} of ${one.name}\n`.repeat(20));
        else take(tree, one);
        tree.commit(1000 + index * 10);
      }

      const dates = await read(tree);

      for (const path of tree.git('ls-files').split('\n').filter(Boolean)) {
        const times = (...options: string[]) =>
          tree
            .git('log', ...options, '--format=%ct', '-l1000', '--', path)
            .split('\n')
            .map(Number);
        expect(secondsOf(dates, path)).toEqual([times()[0], times('--follow').at(-1)]);
      }
    }),
    { numRuns: 12 },
  );
}, 60_000);
