/** RC10: whatever befalls a push, in the end each source item is there once, under the right parent. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toMarkerUrl } from '../../server/features/work-items/plan/marker.ts';
import type { SourceTree } from '../../shared/work-items.ts';
import { MemoryTracker, type Fault } from '../work-items/memory-tracker.ts';
import { markerBase, openPushRunKit, toTree, type PushRunKit } from './push-run-kit.ts';

let kit: PushRunKit;
beforeAll(async () => {
  kit = await openPushRunKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const trees = fc
  .array(fc.array(fc.nat({ max: 2 }), { maxLength: 2 }), { minLength: 1, maxLength: 2 })
  .map((epics) =>
    toTree(
      epics.flatMap((features, epic) => [
        `e${epic}`,
        ...features.flatMap((stories, feature) => [
          `e${epic}.f${feature}`,
          ...Array.from({ length: stories }, (_none, story) => `e${epic}.f${feature}.s${story}`),
        ]),
      ]),
    ),
  );

const faults = fc.constantFrom<Fault>(
  'stored',
  'not-stored',
  'refused',
  'rejected',
  'throttled',
  'stale',
  'auth',
  'kill-before',
  'kill-after',
);

const scripts = fc.record({
  /** By number of the call. */
  faults: fc.dictionary(fc.nat({ max: 30 }).map(String), faults, { maxKeys: 6 }),
  cancelAtCall: fc.option(fc.nat({ max: 25 }), { nil: null }),
  killAtCommit: fc.option(fc.nat({ max: 12 }), { nil: null }),
  isCommitKept: fc.boolean(),
  concurrency: fc.integer({ min: 1, max: 3 }),
  useBatch: fc.boolean(),
});

test(
  '[RC10] after any faults, kills and cancels, one undisturbed run leaves each item once, and another writes nothing',
  () =>
    fc.assert(
      fc.asyncProperty(
        trees,
        fc.array(scripts, { minLength: 1, maxLength: 3 }),
        fc.constantFrom(0, 3, Infinity),
        async (tree, disturbed, hyperlinkDelay) => {
          await kit.forget();
          const tracker = new MemoryTracker({ hyperlinkDelay });
          for (const script of disturbed) await pushDisturbed(tracker, tree, script);

          tracker.options = { hyperlinkDelay };
          const undisturbed = await kit.push(tracker, tree);
          const after = toFamily(tracker, tree);
          const writes = tracker.writes.length;
          const again = await kit.push(tracker, tree);

          expect(undisturbed.items.map(({ error }) => error).filter((error) => error !== null)).toEqual([]);
          expect(after).toEqual(wanted(tree));
          expect(tracker.live).toHaveLength(tree.items.length);
          expect(again.items.map(({ status }) => status)).toEqual(tree.items.map(() => 'unchanged'));
          expect(tracker.writes.length - writes).toBe(0);
        },
      ),
      // A machine with much to do tries fewer.
      { numRuns: 60, interruptAfterTimeLimit: 60_000 },
    ),
  120_000,
);

async function pushDisturbed(
  tracker: MemoryTracker,
  tree: SourceTree,
  { faults: byCall, cancelAtCall, killAtCommit, isCommitKept, concurrency, useBatch }: Script,
): Promise<void> {
  const before = tracker.calls.length;
  await kit.push(tracker, tree, {
    concurrency,
    useBatch,
    arm({ cancel, kill }) {
      tracker.options = {
        ...tracker.options,
        onKill: kill,
        fault(_method, call) {
          if (call - before === cancelAtCall) cancel();
          return byCall[String(call - before)] ?? null;
        },
      };
      stop = kill;
    },
    onCommit: (count) => void (count === killAtCommit && !isCommitKept && stop()),
    onCommitted: (count) => void (count === killAtCommit && isCommitKept && stop()),
  });
}

type Script = typeof scripts extends fc.Arbitrary<infer S> ? S : never;

let stop: () => void = () => undefined;

/** By source id: how many work items carry its marker, and whose marker their parents carry. */
function toFamily(tracker: MemoryTracker, { items }: SourceTree): Record<string, (string | null)[]> {
  const byMarker = tracker.countByMarker();
  const idsOf = (sourceId: string) => byMarker.get(toMarkerUrl(markerBase, 'ardoq', '', sourceId)) ?? [];
  const sourceOf = new Map(items.flatMap(({ sourceId }) => idsOf(sourceId).map((id) => [id, sourceId])));
  return Object.fromEntries(
    items.map(({ sourceId }) => [
      sourceId,
      idsOf(sourceId).map((id) => {
        const parent = tracker.parentOf(id);
        return parent === null ? null : (sourceOf.get(parent) ?? 'a stranger');
      }),
    ]),
  );
}

const wanted = ({ items }: SourceTree): Record<string, (string | null)[]> =>
  Object.fromEntries(items.map(({ sourceId, parentId }) => [sourceId, [parentId]]));
