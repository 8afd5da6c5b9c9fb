/** What has to be read, what is gone, and what has only moved. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planChanges, planMoves, type IndexedFile } from '../../server/features/indexing/change-set.ts';
import { isSameStamp, toBirthNs, type FileStamp } from '../../server/features/indexing/stamp.ts';
import type { FoundFile } from '../../server/features/indexing/walk.ts';

const second = 1_000_000_000n;
const written = 1_000n * second;
const stamp = (changes: Partial<FileStamp> = {}): FileStamp => ({
  size: 5,
  mtimeNs: written,
  ctimeNs: written,
  ino: 7n,
  ...changes,
});
const found = (path: string, changes: Partial<FileStamp> = {}): FoundFile => ({
  path,
  entry: '.',
  entryKind: 'docs',
  stamp: stamp(changes),
  birthNs: 0n,
});
const indexed = (changes: Partial<IndexedFile> = {}): IndexedFile => ({
  hash: 'h',
  stamp: stamp(),
  scannedAtNs: written + 2n * second,
  ...changes,
});

test.each<[string, Partial<FileStamp>]>([
  ['size', { size: 6 }],
  ['mtime by a nanosecond', { mtimeNs: written + 1n }],
  ['ctime by a nanosecond (a restored mtime)', { ctimeNs: written + 1n }],
  ['inode', { ino: 8n }],
])('[DX8] another %s means another look', (_, change) => {
  expect(isSameStamp(stamp(change), stamp(), written + 100n * second)).toBe(false);
});

test.each([
  [2n * second, true],
  [2n * second - 1n, false],
  [0n, false],
  [-3600n * second, false],
])('[DX8] a stamp stored %d ns after the file was written is trusted: %s', (afterNs, isTrusted) => {
  expect(isSameStamp(stamp(), stamp(), written + afterNs)).toBe(isTrusted);
});

test('[DX10] an unchanged file is not read, a changed, new or unstamped one is', () => {
  const known = new Map([
    ['same.md', indexed()],
    ['touched.md', indexed()],
    ['unstamped.md', indexed({ stamp: null })],
    ['fresh.md', indexed({ scannedAtNs: written })],
  ]);
  const files = [
    found('fresh.md'),
    found('new.md'),
    found('same.md'),
    found('touched.md', { size: 9 }),
    found('unstamped.md'),
  ];

  const plan = planChanges({ files, failed: [] }, known, { force: false });

  expect(plan.unchanged).toEqual(['same.md']);
  expect(plan.toRead.map(({ path }) => path)).toEqual(['fresh.md', 'new.md', 'touched.md', 'unstamped.md']);
});

test('[OP26] force reads every file again', () => {
  const plan = planChanges({ files: [found('same.md')], failed: [] }, new Map([['same.md', indexed()]]), {
    force: true,
  });

  expect(plan.toRead).toHaveLength(1);
});

test('[IX1] a file that is there but cannot be read is not gone', () => {
  const known = new Map([
    ['bad.md', indexed()],
    ['gone.md', indexed()],
  ]);

  expect(planChanges({ files: [], failed: ['bad.md'] }, known, { force: false }).gone).toEqual(['gone.md']);
});

test('[OP27] in a batch only what lies at or below its paths can be gone', () => {
  const known = new Map(['a/x.md', 'a/y.md', 'ab/x.md', 'b.md'].map((path) => [path, indexed()]));

  const plan = planChanges({ files: [found('a/y.md')], failed: [], scopes: new Set(['a', 'c']) }, known, {
    force: false,
  });

  expect(plan.gone).toEqual(['a/x.md']);
});

const hashed = (hash: string, ...paths: string[]) => paths.map((path) => ({ path, hash }));

test('[DX11] same bytes at a new path with the old one gone is a move', () => {
  expect(planMoves(hashed('h', 'new/a.md'), hashed('h', 'old/b.md'))).toEqual([
    { from: 'old/b.md', to: 'new/a.md' },
  ]);
  expect(planMoves(hashed('h', 'new/a.md'), hashed('other', 'old/a.md'))).toEqual([]);
});

test('[DX11] with several candidates equal file names pair first, then sorted paths', () => {
  const added = hashed('h', 'new/b.md', 'new/z.md', 'new/a.md', 'new/c.md');
  const gone = hashed('h', 'old/y.md', 'old/x.md', 'old/z.md');

  expect(planMoves(added, gone)).toEqual([
    { from: 'old/x.md', to: 'new/a.md' },
    { from: 'old/y.md', to: 'new/b.md' },
    { from: 'old/z.md', to: 'new/z.md' },
  ]);
});

const hashedPaths = (folder: string) =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom('p', 'q', 'r'), fc.constantFrom('a', 'b', 'c', 'd')), {
      selector: ([sub, name]) => `${sub}/${name}`,
    })
    .chain((places) =>
      fc.tuple(
        ...places.map(([sub, name]) =>
          fc.constantFrom('1', '2').map((hash) => ({ path: `${folder}/${sub}/${name}`, hash })),
        ),
      ),
    );

test('[DX11] moves use each path once, keep the bytes, are as many as can be, and depend on no order', () => {
  fc.assert(
    fc.property(hashedPaths('new'), hashedPaths('old'), (added, gone) => {
      const moves = planMoves(added, gone);

      const hashOf = new Map([...added, ...gone].map(({ path, hash }) => [path, hash]));
      expect(new Set(moves.map(({ from }) => from)).size).toBe(moves.length);
      expect(new Set(moves.map(({ to }) => to)).size).toBe(moves.length);
      expect(moves.every(({ from, to }) => hashOf.get(from) === hashOf.get(to))).toBe(true);
      const count = (files: readonly { hash: string }[], hash: string) =>
        files.filter((file) => file.hash === hash).length;
      const possible = ['1', '2'].map((hash) => Math.min(count(added, hash), count(gone, hash)));
      expect(moves).toHaveLength(possible.reduce((sum, one) => sum + one, 0));
      expect(planMoves(added.toReversed(), gone.toReversed())).toEqual(moves);
    }),
  );
});

test.each([
  ['the time it was born', { birthtimeNs: 5n, ctimeNs: 9n, mtimeNs: 9n }, 5n],
  ['the time of a file that was written once', { birthtimeNs: 9n, ctimeNs: 9n, mtimeNs: 9n }, 9n],
  [
    'nothing, where the time of the last change stands for it',
    { birthtimeNs: 9n, ctimeNs: 9n, mtimeNs: 5n },
    0n,
  ],
])('[GD8] the birth of a file is %s', (_, stat, expected) => {
  expect(toBirthNs(stat)).toBe(expected);
});
