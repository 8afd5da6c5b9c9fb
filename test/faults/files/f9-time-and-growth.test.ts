/** Files that grow while they are read, and clocks that are wrong (F9). */
import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { SessionRecordPage } from '../../../shared/views/session.ts';
import { until } from '../../support/until.ts';
import { openFilesKit, type FilesKit, patiently } from './files-kit.ts';
import { createAgentHome, toLine, toSessionId } from './logs-kit.ts';

// A server and many files: on a busy machine each step takes its time.
vi.setConfig({ testTimeout: 120_000 });

const home = createAgentHome();
let files: FilesKit;

beforeAll(async () => {
  files = await openFilesKit({ SYNCLINE_CLAUDE_HOME: home.path, SYNCLINE_WATCH: 'true' });
});

afterEach(() => {
  vi.useRealTimers();
});

afterAll(async () => {
  await files[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

test('[F9] a log and a document that grow while they are read lose no line', async () => {
  const tree = await files.kit.addTree({ 'a.md': '# A\n' });
  const project = await files.watch(tree);
  const sessionId = toSessionId(1);
  const log = join(home.folderOf(tree.root), `${sessionId}.jsonl`);
  const lines = 3_000;

  // In halves, so that a reader meets ends of files in the middle of lines.
  for (let index = 0; index < lines; index += 1) {
    const line = toLine(sessionId, index, `Line ${index} ${'z'.repeat(500)}`, tree.root);
    appendFileSync(log, line.slice(0, 300));
    if (index % 10 === 0) await setImmediate();
    appendFileSync(log, line.slice(300));
    if (index % 20 === 0) appendFileSync(join(tree.root, 'a.md'), `Line ${index}\n`);
  }

  await project.untilEqualsDisk();
  await until(
    'every line is a record',
    async () => (await readTotal(sessionId, project.slug)) === lines,
    patiently,
  );
});

test('[F9] a clock that jumps back skips no save, neither of a document nor of a log', async () => {
  const tree = await files.kit.addTree({ 'a.md': '# A\n', 'b.md': '# B\n' });
  const project = await files.watch(tree);
  const sessionId = toSessionId(2);
  const log = join(home.folderOf(tree.root), `${sessionId}.jsonl`);
  writeFileSync(log, toLine(sessionId, 0, 'Before', tree.root));
  await until('the log is read', async () => (await readTotal(sessionId, project.slug)) === 1, patiently);
  const before = await project.cursor();

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  await project.untilEvent('reconcile:completed', before, ({ data }) => data.reason === 'clock_jump');
  // As a file system on the same clock would stamp them: older than what is known of them.
  const past = new Date();
  writeFileSync(join(tree.root, 'a.md'), '# Z\n');
  utimesSync(join(tree.root, 'a.md'), past, past);
  appendFileSync(log, toLine(sessionId, 1, 'After', tree.root));
  utimesSync(log, past, past);
  writeFileSync(join(tree.root, 'c.md'), '# New\n');

  await project.untilEqualsDisk();
  await until('the line is read', async () => (await readTotal(sessionId, project.slug)) === 2, patiently);
});

test('[F9] files from the future are followed, whatever their time says', async () => {
  const tree = await files.kit.addTree({ 'a.md': '# A 1\n', 'b.md': '# B 1\n' });
  const future = new Date(Date.now() + 10 * 365 * 86_400_000);
  for (const name of ['a.md', 'b.md']) utimesSync(join(tree.root, name), future, future);
  const project = await files.watch(tree);

  // The second time with the time it had: only its bytes have changed.
  for (const text of ['# A 2\n', '# A 3\n']) {
    writeFileSync(join(tree.root, 'a.md'), text);
    utimesSync(join(tree.root, 'a.md'), future, future);
    await project.untilEqualsDisk();
  }
  await project.put({ watch: false });
  await project.untilState('off');
  writeFileSync(join(tree.root, 'b.md'), '# B 2\n');
  utimesSync(join(tree.root, 'b.md'), future, future);
  await project.put({ watch: true });

  await project.untilEqualsDisk();
  expect((await project.watchStatus()).progressStatus).not.toBe('stalled');
});

test('[F9] a lock of git from before the clock was set back holds nothing up', async () => {
  const tree = await files.kit.addTree({ 'a.md': '# A\n' });
  tree.git('init', '-q', '-b', 'main');
  const project = await files.watch(tree);
  const lock = join(tree.root, '.git/index.lock');
  const future = new Date(Date.now() + 3_600_000);
  writeFileSync(lock, '');
  utimesSync(lock, future, future);

  writeFileSync(join(tree.root, 'a.md'), '# Saved beside a stale lock\n');

  await project.untilEqualsDisk();
});

async function readTotal(sessionId: string, slug: string): Promise<number> {
  const page = await files.kit.server.json<Partial<SessionRecordPage>>(
    `/api/v1/projects/${slug}/sessions/S-${sessionId}/records?limit=1`,
  );
  return page.total ?? 0;
}
