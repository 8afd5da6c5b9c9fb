/** Files are read as they were at one moment, and only inside their project. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs, { appendFileSync, chmodSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { createFileReader, type FileReader } from '../../server/features/indexing/read-file.ts';
import { asNobody, createTempTree, type TempTree } from '../support/temp-tree.ts';

const signal = new AbortController().signal;
const readerOf = (tree: TempTree, maxDocumentBytes = 1_000_000): FileReader =>
  createFileReader({ root: tree.root, maxDocumentBytes, followSymlinks: false });

test('[DX9] a file at rest is read whole, whatever was read before it', async () => {
  const tree = createTempTree();
  const reader = readerOf(tree);
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.integer({ min: 0, max: 700_000 }).map((size) => new Uint8Array(size).fill(size % 251)),
  );
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      tree.write('a.md', bytes);

      const read = await reader.read('a.md', signal);

      expect(read).toMatchObject({
        outcome: 'read',
        hash: createHash('sha256').update(bytes).digest('hex'),
        stamp: { size: bytes.length },
      });
      expect(read.outcome === 'read' && read.bytes.equals(bytes)).toBe(true);
    }),
    { numRuns: 40 },
  );
});

/** Lets something happen to the file after every look at it. */
function afterEachRead(happen: (count: number) => void): void {
  const { readSync } = fs;
  let count = 0;
  fs.readSync = ((...args: Parameters<typeof readSync>) => {
    const length = readSync(...args);
    happen((count += 1));
    return length;
  }) as typeof readSync;
  syncBuiltinESMExports();
  onTestFinished(() => {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
}

test('[DX9] a file that changes while it is read is read again, until it rests', async () => {
  const tree = createTempTree();
  tree.write('a.md', 'one');
  afterEachRead((count) => {
    if (count <= 2) appendFileSync(tree.at('a.md'), ` more ${count}`);
  });

  const read = await readerOf(tree).read('a.md', signal);

  expect(read.outcome === 'read' && read.bytes.toString()).toBe('one more 1 more 2');
});

test('[F9] a file that never rests is left to the next batch, with a notice', async () => {
  const tree = createTempTree();
  tree.write('a.md', 'one');
  let tries = 0;
  afterEachRead((count) => {
    tries = count;
    appendFileSync(tree.at('a.md'), '.');
  });

  const read = await readerOf(tree).read('a.md', signal);

  expect(read).toMatchObject({ outcome: 'changing', issue: { path: 'a.md', code: 'STILL_CHANGING' } });
  expect(tries).toBe(4);
});

test('[OP31] waiting for a file to rest ends when the work is cancelled', async () => {
  const tree = createTempTree(['a.md']);
  const controller = new AbortController();
  afterEachRead(() => {
    appendFileSync(tree.at('a.md'), '.');
    controller.abort();
  });

  await expect(readerOf(tree).read('a.md', controller.signal)).rejects.toThrow(/abort/i);
});

test('[DX7] a file that has grown over the limit since the walk is an issue', async () => {
  const tree = createTempTree();
  tree.write('a.md', 'x'.repeat(11));

  expect(await readerOf(tree, 10).read('a.md', signal)).toMatchObject({
    outcome: 'failed',
    issue: { code: 'TOO_LARGE' },
  });
});

test('[GU6] what took the place of a file since the walk is not read: a link, a pipe, a folder, nothing', async () => {
  const tree = createTempTree(['real.md', 'folder.md/x.md']);
  symlinkSync('real.md', tree.at('link.md'));
  execFileSync('mkfifo', [tree.at('pipe.md')]);
  const reader = readerOf(tree);

  for (const path of ['link.md', 'pipe.md', 'folder.md', 'absent.md', 'real.md/below.md']) {
    expect(await reader.read(path, signal)).toEqual({ outcome: 'gone' });
  }
});

test('[GU6] a folder swapped for a link that leads out gives nothing away', async () => {
  const outside = createTempTree(['a.md']);
  const tree = createTempTree(['docs/b.md']);
  symlinkSync(outside.root, tree.at('swapped'));

  expect(await readerOf(tree).read('swapped/a.md', signal)).toMatchObject({
    outcome: 'failed',
    issue: { code: 'UNREADABLE', message: 'its real path lies outside the project' },
  });
});

test('[SY12] a file that may not be read is an issue with a reason', async () => {
  const tree = createTempTree(['a.md']);
  chmodSync(tree.root, 0o755);
  chmodSync(tree.at('a.md'), 0o000);

  const read = await asNobody(() => readerOf(tree).read('a.md', signal));

  expect(read).toMatchObject({
    outcome: 'failed',
    issue: { code: 'UNREADABLE', message: 'permission denied' },
  });
});
