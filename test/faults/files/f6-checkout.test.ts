/** git rewrites thousands of files at once (F6). */
import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { until } from '../../support/until.ts';
import { manyFiles, openFilesKit, toPath, writeNow, type FilesKit } from './files-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

let files: FilesKit;

beforeAll(async () => {
  files = await openFilesKit();
});

afterAll(async () => {
  await files[Symbol.asyncDispose]();
});

const count = 2_000;

test('[F6] a checkout that changes, adds and removes thousands of files is one operation', async () => {
  const tree = await files.kit.addTree(manyFiles(count));
  const commitAll = () => {
    tree.git('add', '-A');
    tree.git('commit', '-q', '-m', 'all');
  };
  tree.git('init', '-q', '-b', 'main');
  commitAll();
  tree.git('switch', '-q', '-c', 'other');
  for (let index = 0; index < count / 2; index += 1) writeNow(tree, toPath(index), `# Other ${index}\n`);
  for (let index = count - count / 4; index < count; index += 1) rmSync(join(tree.root, toPath(index)));
  for (let index = 0; index < count / 4; index += 1)
    writeNow(tree, `only-${toPath(index)}`, `# Only ${index}\n`);
  commitAll();
  tree.git('switch', '-q', 'main');
  const project = await files.watch(tree);
  const before = await project.cursor();

  await promisify(execFile)('git', ['switch', '-q', 'other'], { cwd: tree.root });
  await project.untilEqualsDisk();
  await until(
    'all has been handed over, and the pass after the storm is done',
    async () => {
      const { pendingChanges, lastReconcileReason } = await project.watchStatus();
      return pendingChanges === 0 && lastReconcileReason === 'storm';
    },
    { withinMs: 60_000 },
  );

  const ended = await project.ended(before);
  // A pass that a stalled event loop asked for may be first; then the batch finds nothing left to do.
  const changing = ended.filter(({ stats }) => stats.documents !== 0);
  expect(changing.map(({ status, stats }) => [status, stats.documents])).toEqual([['completed', count]]);
  // The move of HEAD goes with it. What was written just before it was read is looked at once more (DX8).
  expect(ended.filter(({ trigger }) => trigger === 'watcher').length).toBeLessThanOrEqual(1);
});
