/** The walk over a project's entries. */
import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { discover } from '../../server/features/indexing/discover.ts';
import { isIndexable, type Entry } from '../../server/features/indexing/filters.ts';
import { asNobody, createTempTree, type TempTree } from '../support/temp-tree.ts';

const signal = new AbortController().signal;
const rootOnly: readonly Entry[] = [{ path: '.', kind: 'docs' }];
const options = { entries: rootOnly, maxDocumentBytes: 1000, followSymlinks: false, signal };

const pathsOf = ({ files }: { files: readonly { path: string }[] }) => files.map((file) => file.path);
const walk = (tree: TempTree, changes: Partial<typeof options> = {}) =>
  discover({ root: tree.root, ...options, ...changes });

test('[DX6] files come sorted by code point, over all entries', async () => {
  const tree = createTempTree([
    'b.md',
    'a/x.md',
    'a.md',
    'a-b/x.md',
    '.claude/progress/p.md',
    'a/\u{1f600}.md',
    'a/\u{ff5e}.md',
  ]);

  const found = await walk(tree, { entries: [...rootOnly, { path: '.claude/progress', kind: 'progress' }] });

  expect(pathsOf(found)).toEqual([
    '.claude/progress/p.md',
    'a-b/x.md',
    'a.md',
    'a/x.md',
    'a/\u{ff5e}.md',
    'a/\u{1f600}.md',
    'b.md',
  ]);
});

test('[DX1] a file below two entries is found once, for the longer one', async () => {
  const tree = createTempTree(['a.md', 'plans/b.md', 'plans/deep/c.md']);
  const entries: Entry[] = [
    { path: 'plans/deep', kind: 'docs' },
    { path: '.', kind: 'docs' },
    { path: 'plans', kind: 'progress' },
  ];

  const { files } = await walk(tree, { entries });

  expect(files.map(({ path, entry, entryKind }) => [path, entry, entryKind])).toEqual([
    ['a.md', '.', 'docs'],
    ['plans/b.md', 'plans', 'progress'],
    ['plans/deep/c.md', 'plans/deep', 'docs'],
  ]);
});

test('[DX1] the walk finds exactly what the filters let through, whatever the tree and the entries', async () => {
  const name = fc.constantFrom('a', 'b', '.hid', 'dist', 'x.md', '_index.md', '.#x.md', 'y.txt');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const entry = fc.constantFrom('.', 'a', 'a/b', '.hid', '.hid/a', 'b/dist');
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { maxLength: 12 }),
      fc.uniqueArray(entry, { minLength: 1 }),
      async (paths, places) => {
        const tree = createTempTree();
        const written = paths.filter((one) => tryWrite(tree, one));
        const entries = places.map((place) => ({ path: place, kind: 'docs' as const }));

        const found = await walk(tree, { entries });

        const expected = written.filter((one) => isIndexable(one, entries).indexable).toSorted();
        expect(pathsOf(found)).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

/** A random path may need a folder where a file stands. */
function tryWrite(tree: TempTree, path: string): boolean {
  try {
    tree.write(path);
    return lstatSync(tree.at(path)).isFile();
  } catch {
    return false;
  }
}

test('[DC1] `_index.md` is seen but is no document', async () => {
  const tree = createTempTree(['a.md', '_index.md', 'x/_index.md', 'note.txt']);

  expect(await walk(tree)).toMatchObject({ walked: 3, indexFiles: 2, files: [{ path: 'a.md' }] });
});

test('[DX8] a stamp holds what stat says, to the nanosecond', async () => {
  const tree = createTempTree(['a.md']);
  const { size, mtimeNs, ctimeNs, ino } = lstatSync(tree.at('a.md'), { bigint: true });

  const { files } = await walk(tree);

  expect(files[0]?.stamp).toEqual({ size: Number(size), mtimeNs, ctimeNs, ino });
});

test('[DX4] links to files and folders are not followed, and named', async () => {
  const tree = createTempTree(['real/a.md', 'text.txt']);
  symlinkSync('real/a.md', tree.at('link.md'));
  symlinkSync('nowhere', tree.at('broken.md'));
  symlinkSync(tree.root, tree.at('loop'));
  symlinkSync('text.txt', tree.at('link.txt'));
  symlinkSync('real', tree.at('.hidden'));

  const found = await walk(tree);

  expect(pathsOf(found)).toEqual(['real/a.md']);
  expect(found.issues.map(({ path, code }) => [path, code])).toEqual([
    ['broken.md', 'SYMLINK_SKIPPED'],
    ['link.md', 'SYMLINK_SKIPPED'],
    ['loop', 'SYMLINK_SKIPPED'],
  ]);
  expect(found.failed).toEqual([]);
});

test('[DX4] followed links stay inside the root, and a link to the root does not multiply the tree', async () => {
  const outside = createTempTree(['secret.md']);
  const tree = createTempTree(['real/a.md', '.store/b.md']);
  symlinkSync('real/a.md', tree.at('link.md'));
  symlinkSync('.store', tree.at('linked'));
  symlinkSync(tree.root, tree.at('loop'));
  symlinkSync(outside.root, tree.at('out'));
  symlinkSync(outside.at('secret.md'), tree.at('secret.md'));

  const found = await walk(tree, { followSymlinks: true });

  expect(pathsOf(found)).toEqual(['link.md', 'linked/b.md', 'real/a.md']);
  expect(found.issues.map(({ path }) => path)).toEqual(['out', 'secret.md']);
});

test('[DX4] hard links are separate documents', async () => {
  const tree = createTempTree(['a.md']);
  linkSync(tree.at('a.md'), tree.at('b.md'));

  expect(pathsOf(await walk(tree))).toEqual(['a.md', 'b.md']);
});

test('[DX5] a pipe with the name of a document is a notice, not a document', async () => {
  const tree = createTempTree(['a.md']);
  execFileSync('mkfifo', [tree.at('pipe.md')]);

  const found = await walk(tree);

  expect(pathsOf(found)).toEqual(['a.md']);
  expect(found.issues).toMatchObject([{ path: 'pipe.md', code: 'NOT_A_FILE' }]);
});

test('[DX5] names that are not UTF-8 are issues, each with a name of its own', async () => {
  const tree = createTempTree(['good\u{fffd}.md', 'caf\u{e9}.md']);
  const raw = (...bytes: number[]) =>
    Buffer.concat([Buffer.from(`${tree.root}/x`), Buffer.from(bytes), Buffer.from('.md')]);
  writeFileSync(raw(0xe9), 'latin');
  writeFileSync(raw(0xff), 'none');

  const found = await walk(tree);

  expect(pathsOf(found)).toEqual(['caf\u{e9}.md', 'good\u{fffd}.md']);
  expect(found.failed.toSorted()).toEqual([String.raw`x\xE9.md`, String.raw`x\xFF.md`]);
  expect(found.issues.map(({ code }) => code)).toEqual(['PATH_ENCODING', 'PATH_ENCODING']);
  expect(found.walked).toBe(4);
});

test('[DX7] a file over the limit is an issue, and one at the limit is not', async () => {
  const tree = createTempTree();
  tree.write('at.md', 'x'.repeat(1000));
  tree.write('over.md', 'x'.repeat(1001));

  const found = await walk(tree);

  expect(pathsOf(found)).toEqual(['at.md']);
  expect(found.failed).toEqual(['over.md']);
  expect(found.issues).toMatchObject([{ path: 'over.md', code: 'TOO_LARGE' }]);
  expect(found.walked).toBe(2);
});

test('[DX15] a folder that may not be read is named, and the rest is found', async () => {
  const tree = createTempTree(['open/a.md', 'shut/b.md']);
  chmodSync(tree.root, 0o755);
  chmodSync(tree.at('shut'), 0o000);

  const found = await asNobody(() => walk(tree));

  expect(pathsOf(found)).toEqual(['open/a.md']);
  expect(found.unreadableDirs).toEqual(['shut']);
  expect(found.issues).toMatchObject([
    { path: 'shut', code: 'UNREADABLE_DIR', message: 'permission denied' },
  ]);
  chmodSync(tree.at('shut'), 0o755);
});

test.each([
  ['missing', (_tree: TempTree): void => undefined],
  ['not-a-directory', (tree: TempTree) => tree.write('plans', 'a file')],
  ['symlink', (tree: TempTree) => symlinkSync('other', tree.at('plans'))],
] as const)(
  '[DX16] an entry that is %s is said to be, and nothing is found there',
  async (reason, arrange) => {
    const tree = createTempTree(['other/x.md', 'docs/a.md']);
    arrange(tree);

    const found = await walk(tree, {
      entries: [
        { path: 'docs', kind: 'docs' },
        { path: 'plans', kind: 'docs' },
      ],
    });

    expect(pathsOf(found)).toEqual(['docs/a.md']);
    expect(found.missingEntries).toEqual([{ entry: 'plans', reason }]);
  },
);

test('[DX16] a link in the middle of an entry replaces it', async () => {
  const tree = createTempTree(['docs/plans/a.md']);
  renameSync(tree.at('docs'), tree.at('moved'));
  symlinkSync('moved', tree.at('docs'));

  const found = await walk(tree, { entries: [{ path: 'docs/plans', kind: 'docs' }] });

  expect(found.missingEntries).toEqual([{ entry: 'docs/plans', reason: 'symlink' }]);
  expect(found.files).toEqual([]);
});

test.each(['missing', 'symlink', 'not-a-directory'] as const)(
  '[SY14] a root that is %s is not walked',
  async (rootState) => {
    const tree = createTempTree(['real/a.md']);
    if (rootState === 'symlink') symlinkSync('real', tree.at('root'));
    if (rootState === 'not-a-directory') tree.write('root', 'a file');

    const found = await discover({ ...options, root: tree.at('root') });

    expect(found).toMatchObject({
      rootState,
      files: [],
      missingEntries: [{ entry: '.', reason: rootState }],
    });
  },
);

test('[DX13] a long walk gives the event loop its turns, and stops when it is cancelled', async () => {
  const tree = createTempTree(['a.md', 'b.md', 'c.md']);
  const controller = new AbortController();
  const seen: number[] = [];
  let now: number = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(function tick() {
    now += 10;
    return now;
  }); // each file takes a whole slice
  onTestFinished(() => clock.mockRestore());

  const walking = discover({
    ...options,
    root: tree.root,
    signal: controller.signal,
    onProgress: (walked) => {
      seen.push(walked);
      if (walked === 2) setImmediate(() => controller.abort(new Error('cancelled')));
    },
  });

  await expect(walking).rejects.toThrow('cancelled');
  expect(seen[0]).toBe(1);
  expect(seen.at(-1)).toBeLessThanOrEqual(3);
});
