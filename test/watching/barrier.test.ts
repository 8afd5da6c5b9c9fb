/** The barrier that proves freshness: crossed when what was saved before it is done, and never before. */
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ProjectId } from '../../shared/ids.ts';
import type { Outcome } from '../../server/features/watching/batches.ts';
import { PendingChanges, type Batch } from '../../server/features/watching/pending-changes.ts';
import { openProjectWatch, type WatchCallbacks } from '../../server/features/watching/project-watch.ts';
import { Undone, wholeTree } from '../../server/features/watching/undone.ts';
import { watchFolders } from '../../server/platform/folder-watch.ts';
import { Disposer } from '../../server/platform/disposer.ts';
import type { OpenSource } from '../../server/platform/watcher.ts';

vi.setConfig({ testTimeout: 30_000 });

const paths = (...names: string[]): Batch => ({
  kind: 'paths',
  changes: names.map((path) => ({ path, change: 'modified' })),
});
const waiting = (...names: string[]) => ({ waiting: new Set(names), underWay: null });

describe('what is undone', () => {
  test('is done when a batch that began later has carried it', () => {
    const undone = new Undone(waiting('a', 'b'));
    undone.dispatching(paths('a', 'b'));
    expect(undone.size).toBe(2);

    undone.dispatched(paths('a', 'b'), true);
    undone.compare(waiting());

    expect(undone.size).toBe(0);
  });

  test('stays when it changed while an earlier batch carried it', () => {
    const undone = new Undone({ waiting: new Set(['a']), underWay: paths('a') });
    undone.dispatched(paths('a'), true);
    undone.compare(waiting('a'));

    expect(undone.size).toBe(1);
  });

  test('is done although it is saved over and over', () => {
    const undone = new Undone(waiting('a'));
    undone.dispatching(paths('a'));
    undone.compare(waiting('a'));
    undone.dispatched(paths('a'), true);
    undone.compare(waiting('a'));

    expect(undone.size).toBe(0);
  });

  test('waits again when its batch has failed', () => {
    const undone = new Undone(waiting('a'));
    undone.dispatching(paths('a'));
    undone.dispatched(paths('a'), false);
    undone.compare(waiting('a'));

    expect(undone.size).toBe(1);
  });

  test('is the whole tree once there are too many paths to name', () => {
    const undone = new Undone(waiting('a', 'b'));
    undone.compare(waiting(wholeTree));
    undone.dispatching({ kind: 'walk', removals: false });
    undone.dispatched({ kind: 'walk', removals: false }, true);
    undone.compare(waiting(wholeTree));
    expect(undone.size).toBe(1);

    undone.dispatching({ kind: 'walk', removals: true });
    undone.dispatched({ kind: 'walk', removals: true }, true);
    undone.compare(waiting());

    expect(undone.size).toBe(0);
  });

  /** Saves, batches that close, end well or fail, in any order, on the real list of pending changes. */
  const step = fc.oneof(
    fc.record({ kind: fc.constant('save' as const), path: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constant('close' as const) }),
    fc.record({ kind: fc.constant('end' as const), isDone: fc.boolean() }),
  );

  test('law: it is never empty before each save of before has been carried by a batch that began after it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 24 }), (before, after) => {
        const pending = new PendingChanges({ quietMs: 1, maxMs: 5, deletionQuietMs: 2, maxPaths: 100 });
        let nowMs = 0;
        let underWay: Batch | null = null;
        let version = 0;
        const saved = new Map<string, number>();
        const indexed = new Map<string, number>();
        let carried = new Map<string, number>();
        let undone: Undone | null = null;
        const play = (one: typeof step extends fc.Arbitrary<infer S> ? S : never) => {
          nowMs += 10;
          if (one.kind === 'save') {
            saved.set(one.path, (version += 1));
            pending.add({ path: one.path, change: 'modified' }, nowMs);
          }
          if (one.kind === 'close' && underWay === null) {
            underWay = pending.close(nowMs);
            if (underWay === null) return;
            carried = new Map(saved);
            undone?.dispatching(underWay);
          }
          if (one.kind === 'end' && underWay !== null) {
            const batch: Batch = underWay;
            underWay = null;
            if (!one.isDone) pending.restore(batch, nowMs);
            const changes = one.isDone && batch.kind === 'paths' ? batch.changes : [];
            for (const { path } of changes) indexed.set(path, carried.get(path) ?? 0);
            undone?.dispatched(batch, one.isDone);
          }
          undone?.compare({ waiting: pending.paths, underWay });
        };
        for (const one of before) play(one);
        const promised = new Map(saved);
        undone = new Undone({ waiting: pending.paths, underWay });

        for (const one of after) {
          play(one);
          if (undone.size > 0) continue;
          for (const [path, at] of promised) expect(indexed.get(path) ?? 0).toBeGreaterThanOrEqual(at);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a watched folder', () => {
  let root: string;
  let opened: Disposer;

  beforeEach(async () => {
    opened = new Disposer();
    root = await realpath(await mkdtemp(join(tmpdir(), 'syncline-barrier-')));
    opened.defer(() => rm(root, { recursive: true, force: true }));
    await mkdir(join(root, 'docs'));
    await mkdir(join(root, 'more'));
    await save('docs/plan.md');
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const save = (path: string) => writeFile(join(root, path), String(Math.random()));

  async function watch(callbacks: Partial<WatchCallbacks> = {}, openSource?: OpenSource) {
    const reasons: string[] = [];
    const project = await openProjectWatch({
      projectId: 'p_1' as ProjectId,
      root,
      entries: ['docs', 'more'].map((name) => ({ path: join(root, name), kind: 'docs' as const })),
      isIndexable: (path, kind) => kind === 'folder' || path.endsWith('.md'),
      settings: { quietMs: 30, maxMs: 200, pollMs: 50, nativeAgainMs: 60_000, reconcileIntervalS: 0 },
      loop: { stalls$: NEVER, jumps$: NEVER },
      callbacks: {
        dispatch: async () => ({ status: 'done' }),
        reconcile: async (reason) => {
          reasons.push(reason);
          return { repaired: 0 };
        },
        headChanged: () => undefined,
        emit: () => undefined,
        report: () => undefined,
        ...callbacks,
      },
      ...(openSource !== undefined && { openSource }),
    });
    opened.use(project);
    // The pass with which a watch begins is over.
    await expect.poll(() => project.status().lastReconcileReason).toBe('turned_on');
    return { project, reasons };
  }

  test('is crossed by a sentinel in each entry, and nothing of it stays', async () => {
    const { project, reasons } = await watch();

    expect(await project.cross()).toEqual({ kind: 'crossed', proof: 'sentinel' });
    expect(reasons).toEqual(['turned_on']);
    expect([await readdir(join(root, 'docs')), await readdir(join(root, 'more'))]).toEqual([['plan.md'], []]);
  });

  test('is not crossed while a save of before is under way, and is when it has arrived', async () => {
    let arrive: (outcome: Outcome) => void = () => undefined;
    const batches: Batch[] = [];
    const { project } = await watch({
      dispatch: (batch) => {
        batches.push(batch);
        return new Promise((resolve) => (arrive = resolve));
      },
    });
    await save('docs/plan.md');
    const order: string[] = [];
    const crossing = project.cross().then((crossed) => (order.push('crossed'), crossed));
    await expect.poll(() => batches.length).toBe(1);

    order.push('arrived');
    arrive({ status: 'done' });

    expect(await crossing).toEqual({ kind: 'crossed', proof: 'sentinel' });
    expect(order).toEqual(['arrived', 'crossed']);
  });

  test('whatever a save is made of is handed over before the barrier of its saver is crossed', async () => {
    const handed = new Set<string>();
    const { project } = await watch({
      dispatch: async (batch) => {
        if (batch.kind === 'paths') for (const { path } of batch.changes) handed.add(path);
        return { status: 'done' };
      },
    });

    for (let round = 0; round < 10; round += 1) {
      const names = [`docs/r${round}.md`, `more/r${round}.md`, `docs/new${round}/deep/x.md`];
      await mkdir(join(root, `docs/new${round}/deep`), { recursive: true });
      for (const name of names) await save(name);

      expect(await project.cross()).toMatchObject({ kind: 'crossed', proof: 'sentinel' });
      expect(names.filter((name) => !handed.has(join(root, name)))).toEqual([]);
    }
  });

  test('a watcher that does not tell of the sentinel is not believed: a walk proves it', async () => {
    const deaf: OpenSource = (options) =>
      watchFolders({ ...options, listener: { ...options.listener, changed: () => undefined } });
    const { project, reasons } = await watch({}, deaf);

    expect(await project.cross()).toEqual({ kind: 'crossed', proof: 'walk' });
    expect(reasons).toEqual(['turned_on', 'freshness']);
  });

  test('a walk that fails proves nothing', async () => {
    let isBroken = false;
    const { project } = await watch(
      {
        reconcile: async () => {
          if (isBroken) throw new Error('The database is away');
          return { repaired: 0 };
        },
      },
      (options) => watchFolders({ ...options, listener: { ...options.listener, changed: () => undefined } }),
    );
    isBroken = true;

    expect(await project.cross()).toEqual({ kind: 'blocked', reason: 'The database is away' });
  });

  test('[F5] a folder that is gone blocks it', async () => {
    const { project } = await watch();
    await rm(root, { recursive: true });

    expect((await project.cross()).kind).toBe('blocked');
  });

  test('what a killed server left behind is cleared away when the folder is watched again', async () => {
    await writeFile(join(root, 'docs/.syncline-sentinel-0123456789ab'), '');

    await watch();

    expect(await readdir(join(root, 'docs'))).toEqual(['plan.md']);
  });
});
