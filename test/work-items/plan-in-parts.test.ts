/** Planning a few epics at a time comes to the same as planning all at once. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapTree } from '../../server/features/work-items/mapping/map-tree.ts';
import { planPush } from '../../server/features/work-items/plan/plan-push.ts';
import { mapInParts, planInParts, splitTree } from '../../server/features/work-items/run/plan-in-parts.ts';
import { agile, builtIn, toTree as toSourceTree, workItemUrl } from './planning-kit.ts';

const signal = new AbortController().signal;

const trees = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 30 }).map((epics) =>
  toSourceTree(
    epics.flatMap((features, epic) => [
      { id: `e${epic}`, shape: 'round' },
      ...Array.from({ length: features }, (_none, index) => ({
        id: `e${epic}.f${index}`,
        type: 'feature' as const,
        parent: `e${epic}`,
        priority: index % 2 === 0 ? 'low' : 'whatever',
      })),
    ]),
  ),
);

test('[B13] a tree is planned in parts as it is as a whole', () =>
  fc.assert(
    fc.asyncProperty(trees, async (tree) => {
      const map = { tree, types: agile, mapping: builtIn };
      const whole = mapTree(map);
      const parts = await mapInParts(map, signal);
      const input = {
        tree,
        mapped: whole.mapped,
        ledger: new Map(),
        existing: new Map(),
        byMarker: new Map(),
        project: { id: 'p', name: 'Atlas', processName: null, processTypeId: null },
        workItemUrl,
        onConflict: 'source' as const,
        deletions: [],
      };

      expect(parts.mapped).toEqual(whole.mapped);
      expect(parts.warnings).toEqual(whole.warnings);
      expect(await planInParts(input, signal)).toEqual(planPush(input));
    }),
    { numRuns: 30 },
  ));

test('[B13] a family is never torn apart', () =>
  fc.assert(
    fc.property(trees, fc.integer({ min: 1, max: 50 }), (tree, size) => {
      const parts = splitTree(tree, size);

      expect(parts.flatMap(({ items }) => items)).toEqual(tree.items);
      for (const { items } of parts) expect(items[0]?.parentId).toBeNull();
    }),
  ));
