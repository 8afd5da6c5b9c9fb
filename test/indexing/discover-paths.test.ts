/** Given paths, looked at on the disk. */
import { symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { discoverPaths } from '../../server/features/indexing/discover-paths.ts';
import type { Entry } from '../../server/features/indexing/filters.ts';
import { createTempTree, type TempTree } from '../support/temp-tree.ts';

const entries: readonly Entry[] = [
  { path: 'docs', kind: 'docs' },
  { path: 'docs/plans', kind: 'docs' },
  { path: '.claude/progress', kind: 'progress' },
];

const look = (tree: TempTree, paths: readonly string[]) =>
  discoverPaths({
    root: tree.root,
    entries,
    maxDocumentBytes: 100,
    followSymlinks: false,
    signal: new AbortController().signal,
    paths,
  });

const pathsOf = ({ files }: { files: readonly { path: string }[] }) => files.map((file) => file.path);

test('[OP27] a file that exists is found, one that does not is missing, whatever was said of them', async () => {
  const tree = createTempTree(['docs/a.md', 'docs/b.md']);

  const found = await look(tree, ['docs/a.md', 'docs/gone.md', 'docs/gone/folder']);

  expect(pathsOf(found)).toEqual(['docs/a.md']);
  expect(found.missing).toEqual([
    { path: 'docs/gone.md', reason: null },
    { path: 'docs/gone/folder', reason: 'suffix' },
  ]);
});

test('[OP27] a folder means every file below it, each for its own entry', async () => {
  const tree = createTempTree([
    'docs/a.md',
    'docs/plans/b.md',
    'docs/.git/c.md',
    '.claude/progress/d.md',
    'other/e.md',
  ]);

  const found = await look(tree, ['.']);

  expect(found.files.map(({ path, entry }) => [path, entry])).toEqual([
    ['.claude/progress/d.md', '.claude/progress'],
    ['docs/a.md', 'docs'],
    ['docs/plans/b.md', 'docs/plans'],
  ]);
});

test('[OP27] a file is found once, even if it is named beside its folder, or twice', async () => {
  const tree = createTempTree(['docs/a.md', 'docs/plans/b.md']);

  const found = await look(tree, ['docs/a.md', 'docs', 'docs/plans', 'docs/plans/b.md', 'docs/a.md']);

  expect(pathsOf(found)).toEqual(['docs/a.md', 'docs/plans/b.md']);
  expect(found.walked).toBe(2);
});

test('[OP27] what is inside but not indexed is named with its reason', async () => {
  const tree = createTempTree([
    'docs/a.txt',
    'docs/_index.md',
    'docs/.git/c.md',
    'src/x.md',
    'docs/real/r.md',
  ]);
  symlinkSync('real/r.md', tree.at('docs/link.md'));
  symlinkSync('real', tree.at('docs/linked'));

  const found = await look(tree, [
    'docs/a.txt',
    'docs/_index.md',
    'docs/.git/c.md',
    'docs/.git',
    'src/x.md',
    'src',
    'docs/link.md',
    'docs/linked/r.md',
  ]);

  expect(found.ignored).toEqual([
    { path: 'docs/.git', reason: 'skipped_folder' },
    { path: 'docs/.git/c.md', reason: 'skipped_folder' },
    { path: 'docs/_index.md', reason: 'index_file' },
    { path: 'docs/a.txt', reason: 'suffix' },
    { path: 'docs/link.md', reason: 'symlink' },
    { path: 'docs/linked/r.md', reason: 'symlink' },
    { path: 'src', reason: 'outside_entries' },
    { path: 'src/x.md', reason: 'outside_entries' },
  ]);
  expect(found.files).toEqual([]);
});

test('[OP27] one bad file is an issue, and the others are found', async () => {
  const tree = createTempTree(['docs/a.md']);
  tree.write('docs/big.md', 'x'.repeat(101));

  const found = await look(tree, ['docs/a.md', 'docs/big.md']);

  expect(pathsOf(found)).toEqual(['docs/a.md']);
  expect(found.failed).toEqual(['docs/big.md']);
  expect(found.issues).toMatchObject([{ path: 'docs/big.md', code: 'TOO_LARGE' }]);
});

test('[DX16] a batch says whether root and entries are still there', async () => {
  const tree = createTempTree(['docs/plans/a.md']);

  expect((await look(tree, ['docs'])).missingEntries).toEqual([
    { entry: '.claude/progress', reason: 'missing' },
  ]);
  tree.remove('docs');
  expect((await look(tree, ['docs/plans/a.md'])).missingEntries.map(({ entry }) => entry)).toEqual([
    'docs',
    'docs/plans',
    '.claude/progress',
  ]);
});
