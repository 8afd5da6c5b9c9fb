/** What changes of a path come to, and what a batch may hold. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangeKind } from '../../server/platform/watch-source.ts';
import { PendingChanges, type Batch } from '../../server/features/watching/pending-changes.ts';

const times = { quietMs: 150, maxMs: 1000, deletionQuietMs: 500, maxPaths: 10_000 };
const longAfter = 1_000_000;

const toLines = (batch: Batch | null) =>
  batch?.kind === 'paths' ? batch.changes.map(({ change, path }) => `${change} ${path}`) : batch;

test.each<[ChangeKind[], string[] | null]>([
  [['added'], ['added a']],
  [['added', 'modified'], ['added a']],
  [['added', 'deleted'], null],
  [['added', 'deleted', 'added'], ['added a']],
  [['modified', 'modified'], ['modified a']],
  [['modified', 'deleted'], ['deleted a']],
  [['deleted', 'added'], ['modified a']],
  [['deleted', 'added', 'deleted'], ['deleted a']],
  [['deleted', 'modified'], ['modified a']],
])('[WT3] %j comes to %j', (changes, batch) => {
  const pending = new PendingChanges(times);
  for (const change of changes) pending.add({ path: 'a', change }, 0);

  expect(toLines(pending.close(longAfter))).toEqual(batch);
  expect(pending.size).toBe(0);
});

test('[WT7] an addition that was tried and then deleted is a deletion: it may have been applied', () => {
  const pending = new PendingChanges(times);
  pending.add({ path: 'a', change: 'added' }, 0);
  const failed = pending.close(longAfter)!;
  pending.add({ path: 'a', change: 'deleted' }, longAfter);

  pending.restore(failed, longAfter);

  expect(toLines(pending.close(2 * longAfter))).toEqual(['deleted a']);
});

test('[SY17] a deletion stays until the tree has been quiet for 500 ms', () => {
  const pending = new PendingChanges(times);
  pending.add({ path: 'gone', change: 'deleted' }, 0);
  pending.add({ path: 'kept', change: 'modified' }, 400);

  expect(toLines(pending.close(899))).toEqual(['modified kept']);
  expect(pending.due()).toEqual({ atMs: 900, lonePath: null });
  expect(toLines(pending.close(900))).toEqual(['deleted gone']);
});

test('[WT5] more than 10,000 paths are one walk, whose removals wait for the quiet', () => {
  const pending = new PendingChanges(times);
  for (let n = 0; n <= 10_000; n++) pending.add({ path: `f${n}`, change: 'added' }, n / 10);
  const lastAtMs = 1000;

  expect(pending.size).toBe(0);
  expect(pending.close(lastAtMs + 100)).toEqual({ kind: 'walk', removals: false });
  expect(pending.due()).toEqual({ atMs: lastAtMs + 500, lonePath: null });
  expect(pending.close(lastAtMs + 500)).toEqual({ kind: 'walk', removals: true });
  expect(pending.due()).toBeNull();
});

test('[WT5] 10,000 paths are still named', () => {
  const pending = new PendingChanges(times);
  for (let n = 0; n < 10_000; n++) pending.add({ path: `f${n}`, change: 'added' }, 0);

  expect(pending.close(longAfter)).toMatchObject({ kind: 'paths' });
});

/** A disk that only knows which files exist, and an index that believes what batches say. */
const action = fc.oneof(
  fc.record({ do: fc.constantFrom('write', 'delete'), path: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constantFrom('hand over', 'fail half-way'), path: fc.constant('') }),
);

test('[WT7] whatever fails in between, the batches lead the index to what is on the disk', () =>
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const disk = new Set<string>();
      const index = new Set<string>();
      const pending = new PendingChanges(times);
      let nowMs = 0;
      const apply = (batch: Batch | null, upTo = Infinity) => {
        if (batch?.kind !== 'paths') return;
        for (const { path, change } of batch.changes.slice(0, upTo)) {
          if (change === 'deleted') index.delete(path);
          else index.add(path);
        }
      };

      for (const { do: what, path } of actions) {
        nowMs += 600;
        if (what === 'write') {
          pending.add({ path, change: disk.has(path) ? 'modified' : 'added' }, nowMs);
          disk.add(path);
        }
        if (what === 'delete' && disk.delete(path)) pending.add({ path, change: 'deleted' }, nowMs);
        if (what === 'hand over') apply(pending.close(nowMs + 500));
        if (what === 'fail half-way') {
          const batch = pending.close(nowMs + 500);
          apply(batch, 1);
          if (batch !== null) pending.restore(batch, nowMs);
        }
      }
      apply(pending.close(nowMs + longAfter));

      expect([...index].sort()).toEqual([...disk].sort());
    }),
  ));
