/** One project, watched for real: a temp folder, real events, real clocks; nothing is waited for but facts. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NEVER, Subject } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProjectId } from '../../shared/ids.ts';
import type { Outcome } from '../../server/features/watching/batches.ts';
import type { Batch } from '../../server/features/watching/pending-changes.ts';
import { openProjectWatch, type ProjectWatchOptions } from '../../server/features/watching/project-watch.ts';
import type { WatchEventDraft } from '../../server/features/watching/watch-events.ts';
import { Disposer } from '../../server/platform/disposer.ts';
import { watchFolders } from '../../server/platform/folder-watch.ts';
import type { OpenSource } from '../../server/platform/watcher.ts';
import { ManualTime } from './manual-time.ts';

let root: string;
let opened: Disposer;

beforeEach(async () => {
  opened = new Disposer();
  root = await realpath(await mkdtemp(join(tmpdir(), 'syncline-project-')));
  opened.defer(() => rm(root, { recursive: true, force: true }));
  await write('docs/plan.md');
});
afterEach(() => opened[Symbol.asyncDispose]());

async function write(path: string, text = 'text'): Promise<void> {
  await mkdir(join(root, path, '..'), { recursive: true });
  await writeFile(join(root, path), text);
}

async function watchProject(more: Partial<ProjectWatchOptions> = {}) {
  const batches: string[][] = [];
  const reconciled: string[] = [];
  const events: WatchEventDraft[] = [];
  const heads: true[] = [];
  const outcomes: Outcome[] = [];
  const watch = await openProjectWatch({
    projectId: 'p_1' as ProjectId,
    root,
    entries: [{ path: join(root, 'docs'), kind: 'docs' }],
    isIndexable: (path, kind) => kind === 'folder' || path.endsWith('.md'),
    settings: { quietMs: 150, maxMs: 1000, pollMs: 50, nativeAgainMs: 300_000, reconcileIntervalS: 0 },
    loop: { stalls$: NEVER, jumps$: NEVER },
    callbacks: {
      dispatch: async (batch: Batch) => {
        batches.push(batch.kind === 'walk' ? ['walk'] : batch.changes.map(toLine).sort());
        return outcomes.shift() ?? { status: 'done' };
      },
      reconcile: async (reason) => {
        reconciled.push(reason);
        return { repaired: 0 };
      },
      headChanged: () => heads.push(true),
      emit: (draft) => events.push(draft),
      report: (error) => {
        throw error;
      },
    },
    ...more,
  });
  opened.use(watch);
  return { watch, batches, reconciled, events, heads, outcomes };
}

const toLine = ({ path, change }: { path: string; change: string }) =>
  `${change} ${path.slice(root.length + 1)}`;
const soon = { timeout: 15_000 };
vi.setConfig({ testTimeout: 30_000 });

test('[PJ11] a watch that is turned on tells so and asks for a reconcile pass first', async () => {
  const { watch, reconciled, events } = await watchProject();

  expect(reconciled).toEqual(['turned_on']);
  expect(events).toEqual([
    { type: 'watch:ready', data: { state: 'watching', watchPaths: [join(root, 'docs')] } },
  ]);
  await expect.poll(() => watch.status().lastReconcileReason).toBe('turned_on');
  expect(watch.status()).toMatchObject({ state: 'watching', running: true, progressStatus: 'idle' });
});

test('[WT3] a saved file is one batch, told as an event and in the status', async () => {
  const { watch, batches, events } = await watchProject();

  await write('docs/plan.md', 'longer text');

  await expect.poll(() => batches, soon).toEqual([['modified docs/plan.md']]);
  expect(events).toContainEqual({
    type: 'watch:batch',
    data: { added: 0, modified: 1, deleted: 0, paths: ['docs/plan.md'] },
  });
  await expect
    .poll(() => watch.status())
    .toMatchObject({
      progressStatus: 'progressing',
      lastChangeCount: 1,
      consecutiveFailedDispatches: 0,
      pendingChanges: 0,
    });
});

test('[WT4] a folder that is renamed is told whole, its deletions never before its additions', async () => {
  await write('docs/old/a.md');
  await write('docs/old/b.md');
  const { batches } = await watchProject();

  await rename(join(root, 'docs/old'), join(root, 'docs/new'));

  await expect
    .poll(() => batches.flat(), soon)
    .toEqual([
      'added docs/new/a.md',
      'added docs/new/b.md',
      'deleted docs/old/a.md',
      'deleted docs/old/b.md',
    ]);
});

test('[WT7] a batch that fails looks stalled until its next attempt succeeds', async () => {
  const { watch, batches, outcomes } = await watchProject();
  outcomes.push({ status: 'failed', error: 'database is away' });

  await write('docs/plan.md', 'longer text');

  await expect
    .poll(() => watch.status(), soon)
    .toMatchObject({
      progressStatus: 'stalled',
      lastSyncError: 'database is away',
      pendingChanges: 1,
      lastSuccessfulDispatchAt: null,
    });
  await expect.poll(() => watch.status().progressStatus, soon).toBe('progressing');
  expect(batches).toEqual([['modified docs/plan.md'], ['modified docs/plan.md']]);
});

test('[WT11] [F5] a folder that is wiped halts the watch, and no deletion is handed over', async () => {
  const { watch, batches, events } = await watchProject();

  await rm(join(root, 'docs'), { recursive: true });

  await expect.poll(() => watch.status().state, soon).toBe('halted');
  expect(watch.status()).toMatchObject({
    running: false,
    reason: expect.stringContaining('is missing') as string,
    progressStatus: 'not_running',
    pendingChanges: 0,
  });
  expect(events.at(-1)).toMatchObject({ type: 'watch:degraded', data: { state: 'halted' } });
  expect(batches).toEqual([]);
});

test('[WT11] a folder that is emptied halts the watch; its files come back with a reconcile pass', async () => {
  const time = new ManualTime();
  const { watch, batches, reconciled, events } = await watchProject({ scheduler: time });
  await rm(join(root, 'docs/plan.md'));
  await expect.poll(() => (time.advance(100), watch.status().state), soon).toBe('halted');

  await write('docs/plan.md');
  await expect.poll(() => (time.advance(1000), watch.status().state), soon).toBe('watching');

  expect(reconciled).toEqual(['turned_on', 'source_back']);
  expect(events.at(-1)).toEqual({ type: 'watch:recovered', data: { state: 'watching' } });
  expect(batches).toEqual([]);
});

/** A native watch that the system refuses until told otherwise. */
function scarce(): { openSource: OpenSource; isRefused: boolean } {
  const watches = {
    isRefused: true,
    openSource: (options: Parameters<OpenSource>[0]) =>
      watches.isRefused ? watchFolders(options, refuse) : watchFolders(options),
  };
  return watches;
}

function refuse(): never {
  throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
}

test('[WT10] [F4] without watches the folders are polled, and the sysctl is named', async () => {
  const { watch, batches, events } = await watchProject(scarce());
  expect(watch.status()).toMatchObject({ state: 'polling', running: true });
  expect(events).toEqual([
    {
      type: 'watch:degraded',
      data: {
        state: 'polling',
        reason: expect.stringContaining('ENOSPC') as string,
        remedy: expect.stringContaining('fs.inotify.max_user_watches') as string,
      },
    },
  ]);

  await write('docs/new.md');

  await expect.poll(() => batches, soon).toEqual([['added docs/new.md']]);
});

test('[WT10] the native watch is tried every five minutes, and its return is told', async () => {
  const time = new ManualTime();
  const watches = scarce();
  const { watch, events, reconciled } = await watchProject({
    ...watches,
    openSource: (o) => watches.openSource(o),
    scheduler: time,
  });
  time.advance(5 * 60_000);

  watches.isRefused = false;
  await expect.poll(() => (time.advance(60_000), watch.status().state), soon).toBe('watching');

  expect(events.map(({ type }) => type)).toEqual(['watch:degraded', 'watch:recovered']);
  expect(reconciled).toEqual(['turned_on', 'watcher_recovered']);
});

test('[WT12] a crashed watcher restarts at once, then reconciles', async () => {
  let crash: (error: unknown) => void = () => undefined;
  const { watch, events, reconciled } = await watchProject({
    openSource: (options) => {
      crash = (error) => options.listener.failed(error);
      return watchFolders(options);
    },
  });

  crash(new Error('the watcher broke'));

  await expect.poll(() => reconciled, soon).toEqual(['turned_on', 'watcher_restarted']);
  expect(watch.status()).toMatchObject({ state: 'watching', reason: null });
  expect(events.slice(1)).toEqual([
    { type: 'watch:degraded', data: { state: 'retrying', reason: 'the watcher broke', remedy: null } },
    { type: 'watch:recovered', data: { state: 'watching' } },
  ]);
});

test('[WT8] a stall, a jump of the clock and the interval each ask for a reconcile pass', async () => {
  const time = new ManualTime();
  const stalls$ = new Subject<{ ms: number }>();
  const jumps$ = new Subject<{ ms: number }>();
  const { reconciled } = await watchProject({
    scheduler: time,
    loop: { stalls$, jumps$ },
    settings: { quietMs: 150, maxMs: 1000, pollMs: 50, nativeAgainMs: 300_000, reconcileIntervalS: 300 },
  });

  stalls$.next({ ms: 900 });
  await expect.poll(() => reconciled.at(-1)).toBe('event_loop_stall');
  jumps$.next({ ms: 3_600_000 });
  await expect.poll(() => reconciled.at(-1)).toBe('clock_jump');
  time.advance(300_000);
  await expect.poll(() => reconciled.at(-1)).toBe('interval');

  expect(reconciled).toEqual(['turned_on', 'event_loop_stall', 'clock_jump', 'interval']);
});

test('[WT8] [F3] a storm of ignored and other files asks for a reconcile pass', async () => {
  const { watch, reconciled } = await watchProject();

  await Promise.all(Array.from({ length: 600 }, (_, n) => write(`docs/f${n}.txt`)));

  await expect.poll(() => reconciled, soon).toEqual(['turned_on', 'storm']);
  expect(watch.status()).toMatchObject({ lastTickClassifiedChangeCount: 0, progressStatus: 'idle' });
});

test('[GD5] a commit is told, though no watched file changed', async () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@e.org', ...args]);
  git('init', '-q');
  const { heads, batches } = await watchProject();

  git('commit', '-q', '--allow-empty', '-m', 'first');

  await expect.poll(() => heads, soon).toEqual([true]);
  expect(batches).toEqual([]);
});

test('[PJ10] other entries are watched from when they are set, after a reconcile pass', async () => {
  const { watch, batches, reconciled } = await watchProject();
  await write('plans/a.md');

  await watch.setEntries([{ path: join(root, 'plans'), kind: 'docs' }]);
  await write('docs/plan.md', 'longer text');
  await write('plans/b.md');

  await expect.poll(() => batches, soon).toEqual([['added plans/b.md']]);
  expect(reconciled).toEqual(['turned_on', 'entries_changed']);
  expect(watch.status().watchPaths).toEqual([join(root, 'plans')]);
});

test('[DX17] log folders may be missing, appear, and be cleaned away without halting the watch', async () => {
  const time = new ManualTime();
  const logs = join(root, 'logs');
  const entries = [
    { path: join(root, 'docs'), kind: 'docs' as const },
    { path: logs, kind: 'sessions' as const },
  ];
  await write('logs/a.md');
  const { watch } = await watchProject({ scheduler: time, entries });

  await rm(logs, { recursive: true });

  await expect.poll(() => watch.status().missingPaths, soon).toEqual([logs]);
  time.advance(20_000);
  expect(watch.status().state).toBe('watching');
});

test('[PJ11] a watch that is turned off says so, and is silent', async () => {
  const { watch, batches } = await watchProject();

  await watch[Symbol.asyncDispose]();
  await watch[Symbol.asyncDispose]();
  await write('docs/plan.md', 'longer text');

  expect(watch.status()).toMatchObject({ state: 'off', configured: false, running: false });
  const other = await watchProject();
  await write('docs/other.md');
  await expect.poll(() => other.batches, soon).toHaveLength(1);
  expect(batches).toEqual([]);
});
