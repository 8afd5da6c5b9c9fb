import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapTree } from '../../../server/features/work-items/mapping/map-tree.ts';
import { planPush } from '../../../server/features/work-items/plan/plan-push.ts';
import type { PlanInput, PushPlan } from '../../../server/features/work-items/planned.ts';
import type { SourceTree, ItemType } from '../../../shared/work-items.ts';
import { agile, basic, builtIn, toPlanInput, toTree, type Leaf } from '../planning-kit.ts';
import { MemoryTarget } from './memory-target.ts';

const text = fc.oneof(
  fc.constantFrom(
    '',
    'a < b & c',
    '<p>rich</p>',
    '# Title\n- one',
    '007',
    '2026-01-01T00:00:00Z',
    ' x ',
    '😀 שלום',
  ),
  fc.string({ maxLength: 12 }),
);

const content = fc.record(
  {
    name: text.map((name) => (name.trim() === '' ? 'Untitled' : name)),
    description: fc.option(text),
    priority: fc.constantFrom(1, '2', 'high', 'odd', null),
    tags: fc.array(fc.constantFrom('Sea', 'sea', 'b;c', '@d', 'ä', ' ')),
    acceptanceCriteria: text,
    risk: fc.constantFrom('high', 'low', 'none', null),
    customFields: fc.record({ purpose: text }),
  },
  { requiredKeys: ['name'] },
);

/** A tree by the depth of each item, as deep as its predecessor allows. */
const tree: fc.Arbitrary<SourceTree> = fc
  .array(fc.tuple(fc.constantFrom<ItemType>('epic', 'feature', 'user_story'), content), {
    minLength: 1,
    maxLength: 9,
  })
  .map((drafts) => {
    const leaves: Leaf[] = [];
    let [epic, feature]: (string | undefined)[] = [];
    for (const [index, [wanted, node]] of drafts.entries()) {
      const type = epic === undefined ? 'epic' : wanted;
      const id = `i${index}`;
      const parent = type === 'epic' ? undefined : type === 'feature' ? epic : (feature ?? epic);
      leaves.push({ ...node, id, type, ...(parent === undefined ? {} : { parent }) });
      if (type === 'epic') [epic, feature] = [id, undefined];
      if (type === 'feature') feature = id;
    }
    return toTree(leaves);
  });

const processes = fc.constantFrom(agile, basic);

function look(
  source: SourceTree,
  target: MemoryTarget,
  types = agile,
  deletions: readonly number[] = [],
): PlanInput {
  const unknown = source.items.map(({ sourceId }) => sourceId).filter((id) => !target.ledger.has(id));
  return {
    ...toPlanInput(source),
    mapped: mapTree({ tree: source, types, mapping: builtIn }).mapped,
    ledger: new Map(target.ledger),
    existing: new Map(target.items),
    byMarker: target.byMarker(unknown),
    deletions,
  };
}

const actionsOf = ({ items }: PushPlan) => items.map(({ action }) => action);

test('[PL2] every item has exactly one action, in the order of the tree', () => {
  fc.assert(
    fc.property(tree, processes, (source, types) => {
      const { items } = planPush(look(source, new MemoryTarget(), types));

      expect(items.map(({ item }) => item)).toEqual(source.items);
      expect(items.every(({ action }) => ['create', 'update', 'unchanged', 'blocked'].includes(action))).toBe(
        true,
      );
    }),
  );
});

test('[PL2] planning changes nothing it is given, and the same gives the same again', () => {
  fc.assert(
    fc.property(tree, tree, (first, second) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(first, target)));
      const input = look(second, target);
      const { workItemUrl: _function, ...given } = input;
      const before = structuredClone(given);

      const plans = [planPush(input), planPush(input)];

      expect(given).toEqual(before);
      expect(plans[1]).toEqual(plans[0]);
    }),
  );
});

test('[RC10] what was applied is planned as unchanged, whatever was there before', () => {
  fc.assert(
    fc.property(tree, tree, processes, (first, second, types) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(first, target, types)));
      target.apply(planPush(look(second, target, types)));
      const sent = target.patches.length;

      const again = planPush(look(second, target, types));
      target.apply(again);

      expect(new Set(actionsOf(again))).toEqual(new Set(['unchanged']));
      expect(target.patches).toHaveLength(sent);
    }),
    { numRuns: 300 },
  );
});

test('[RC7] with the ledger lost, everything is found again by its marker and nothing is written', () => {
  fc.assert(
    fc.property(tree, (source) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(source, target)));
      target.ledger.clear();

      const { items } = planPush(look(source, target));

      expect(new Set(items.map(({ action, reason }) => `${action} ${reason}`))).toEqual(
        new Set(['unchanged adopted_by_marker']),
      );
    }),
  );
});

test('[PL4] what people write into fields that the source leaves alone stays', () => {
  fc.assert(
    fc.property(tree, fc.integer({ min: 1, max: 9 }), (source, id) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(source, target)));
      target.edit(id, { 'System.Title': 'By hand', 'System.State': 'Active' });

      expect(new Set(actionsOf(planPush(look(source, target))))).toEqual(new Set(['unchanged']));
    }),
  );
});

test('[PU35] after an overwrite there is one work item for each item', () => {
  fc.assert(
    fc.property(tree, (source) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(source, target)));

      const plan = planPush(look(source, target, agile, [...target.items.keys()]));
      target.apply(plan);

      expect(new Set(actionsOf(plan))).toEqual(new Set(['create']));
      expect(target.items.size).toBe(source.items.length);
    }),
  );
});

test('[AZ18] no patch names one field twice, and every update begins with its revision', () => {
  fc.assert(
    fc.property(tree, tree, processes, (first, second, types) => {
      const target = new MemoryTarget();
      target.apply(planPush(look(first, target, types)));
      const created = target.patches.length;
      target.apply(planPush(look(second, target, types)));

      for (const patch of target.patches) {
        const paths = patch
          .map(({ path }) => path.toLowerCase())
          .filter((path) => path.startsWith('/fields/'));
        expect(new Set(paths).size).toBe(paths.length);
      }
      for (const patch of target.patches.slice(created)) {
        const isCreate = patch.some(
          ({ value }) => (value as { rel?: string } | undefined)?.rel === 'Hyperlink',
        );
        if (!isCreate) expect(patch[0]).toMatchObject({ op: 'test', path: '/rev' });
      }
    }),
  );
});

test('[RC1] the hash is of the content: another order of keys in a stored tree is the same content', () => {
  fc.assert(
    fc.property(tree, (source) => {
      const shuffled = {
        ...source,
        items: source.items.map((item) => ({
          ...item,
          node: Object.fromEntries(Object.entries(item.node).reverse()),
        })),
      };
      const hashes = (each: SourceTree) =>
        planPush(look(each, new MemoryTarget())).items.map(({ contentHash }) => contentHash);

      expect(hashes(shuffled)).toEqual(hashes(source));
      expect(hashes(source).every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    }),
  );
});
