/** More changes than the system keeps for us, while nobody listens (F3). */
import { appendFileSync, closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { manyFiles, openFilesKit, toPath, writeNow, type FilesKit, patiently } from './files-kit.ts';
import { createAgentHome, toLine, toSessionId } from './logs-kit.ts';
import { until } from '../../support/until.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

let files: FilesKit;
const home = createAgentHome();

beforeAll(async () => {
  files = await openFilesKit({ SYNCLINE_CLAUDE_HOME: home.path, SYNCLINE_WATCH: 'true' });
});

afterAll(async () => {
  await files[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

const writes = 25_000;
const known = 500;
const unheard = 150;

/** Without a turn of the event loop; neighbours differ, so that the kernel cannot take two notifications for one. */
function fillQueue(root: string): void {
  const opened = Array.from({ length: known }, (_, index) => openSync(join(root, toPath(index)), 'r+'));
  for (let write = 0; write < writes; write += 1) {
    writeSync(opened[write % known] ?? 0, `# Storm ${String(write).padStart(6, '0')}\n`, 0);
  }
  for (const file of opened) closeSync(file);
}

test('[F3] 25,000 writes while the event loop is held: loss is assumed, and the index equals the disk', async () => {
  const tree = await files.kit.addTree(manyFiles(known));
  const project = await files.watch(tree);
  const before = await project.cursor();

  fillQueue(tree.root);
  // The queue is full by now: nobody will ever be told of these.
  for (let index = 0; index < unheard; index += 1)
    writeNow(tree, toPath(known + index), `# Unheard ${index}\n`);
  for (let index = 0; index < 50; index += 1) rmSync(join(tree.root, toPath(index)));
  await project.untilEqualsDisk();

  expect(queueLength()).toBeLessThan(writes);
  await until(
    'the unheard are counted',
    async () => (await project.watchStatus()).repairsTotal >= unheard,
    patiently,
  );
  const { data } = await project.untilEvent(
    'reconcile:completed',
    before,
    (event) => event.data.repaired > 0,
  );
  expect(['storm', 'event_loop_stall']).toContain(data.reason);
  // What came unheard is watched from now on.
  writeNow(tree, toPath(known + 1), '# Heard again\n');
  await project.untilEqualsDisk();
});

test('[F3] a session log that grew unheard is read on', async () => {
  const tree = await files.kit.addTree(manyFiles(known));
  const project = await files.watch(tree);
  const log = join(home.folderOf(tree.root), `${toSessionId(1)}.jsonl`);
  appendFileSync(log, toLine(toSessionId(1), 1, 'Heard', tree.root));
  await until('the session is there', async () => (await records()) === 1, patiently);

  fillQueue(tree.root);
  appendFileSync(log, toLine(toSessionId(1), 2, 'Unheard', tree.root));

  await until('the line is read', async () => (await records()) === 2, patiently);

  async function records() {
    const path = `/api/v1/projects/${project.slug}/sessions/S-${toSessionId(1)}/records`;
    return (await files.kit.server.json<{ items?: unknown[] }>(path)).items?.length;
  }
});

const queueLength = () => Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
