import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  allOpen,
  isOpen,
  keepOpened,
  noneOpen,
  openBranches,
  recallOpened,
  turnBranch,
} from '../../client/dashboard/pages/tree/opened-branches.ts';
import { toTopEntries } from '../../client/dashboard/pages/tree/tree-entries.ts';
import { findSiblings, toTreeAction } from '../../client/dashboard/pages/tree/tree-keys.ts';
import type { ShownItem } from '../../client/dashboard/pages/tree/tree-keys.ts';
import type { TreeNode } from '../../shared/views/document.ts';

const node = (path: string, type: string, children = 0): TreeNode => ({
  doc_id: path,
  type,
  title: path,
  status: null,
  file_path: path,
  child_count: children,
});

describe('[DC16] opened branches', () => {
  const press = fc.array(
    fc.oneof(
      fc.constantFrom('a', 'b', 'c').map((key) => ({ key })),
      fc.constantFrom('expand' as const, 'collapse' as const),
    ),
  );

  test('are those last opened, whatever was pressed before', () => {
    fc.assert(
      fc.property(press, (presses) => {
        const model = new Map(['a', 'b', 'c'].map((key) => [key, false]));
        let opened = noneOpen;
        for (const pressed of presses) {
          if (typeof pressed === 'string') {
            opened = pressed === 'expand' ? allOpen : noneOpen;
            for (const key of model.keys()) model.set(key, pressed === 'expand');
          } else {
            opened = turnBranch(opened, pressed.key);
            model.set(pressed.key, model.get(pressed.key) === false);
          }
        }

        const recalled = recallOpened(keepOpened(opened));
        for (const [key, open] of model) expect(isOpen(recalled, key)).toBe(open);
      }),
    );
  });

  test.each([null, '', '{', '[]', '{"isAllOpen":1,"exceptions":[]}'])(
    'are none when %j is what was kept',
    (kept) => {
      expect(recallOpened(kept)).toEqual(noneOpen);
    },
  );

  test('opening several leaves the open ones open', () => {
    const opened = openBranches(turnBranch(noneOpen, 'a'), ['a', 'b']);

    expect(['a', 'b', 'c'].map((key) => isOpen(opened, key))).toEqual([true, true, false]);
  });
});

describe('the top of the tree', () => {
  test('has epics and what has children first, and the rest by type', () => {
    const entries = toTopEntries([
      node('b1', 'bug'),
      node('b2', 'bug'),
      node('e1', 'epic'),
      node('p1', 'prd'),
      node('s1', 'story', 2),
    ]);

    expect(entries.map(({ key }) => key)).toEqual(['e1', 's1', '/bug', 'p1']);
  });

  test('has every document once', () => {
    const nodes = fc.uniqueArray(
      fc.record({
        path: fc.string({ minLength: 1 }),
        type: fc.constantFrom('epic', 'story', 'bug', 'prd'),
        children: fc.nat(2),
      }),
      { selector: ({ path }) => path },
    );

    fc.assert(
      fc.property(nodes, (made) => {
        const given = made.map(({ path, type, children }) => node(path, type, children));
        const shown = toTopEntries(given).flatMap((entry) =>
          entry.kind === 'document' ? [entry.node] : entry.nodes,
        );
        expect(new Set(shown)).toEqual(new Set(given));
        expect(shown).toHaveLength(given.length);
      }),
    );
  });
});

describe('[PG3] keys in a tree', () => {
  // epic (open) > story (open) > plan; story (closed); epic (closed); document
  const items: readonly ShownItem[] = [
    { level: 1, isOpen: true },
    { level: 2, isOpen: true },
    { level: 3, isOpen: null },
    { level: 2, isOpen: false },
    { level: 1, isOpen: false },
    { level: 1, isOpen: null },
  ];
  const move = (to: number) => ({ do: 'move', to });

  test.each([
    ['ArrowDown', 0, move(1)],
    ['ArrowDown', -1, move(0)],
    ['ArrowUp', 4, move(3)],
    ['Home', 4, move(0)],
    ['End', 0, move(5)],
    ['ArrowRight', 0, move(1)],
    ['ArrowRight', 3, { do: 'turn' }],
    ['ArrowRight', 5, { do: 'nothing' }],
    ['ArrowLeft', 1, { do: 'turn' }],
    ['ArrowLeft', 2, move(1)],
    ['ArrowLeft', 3, move(0)],
    ['ArrowLeft', 4, { do: 'nothing' }],
    ['Enter', 3, { do: 'enter' }],
    [' ', 3, { do: 'turn' }],
    [' ', 5, { do: 'enter' }],
    ['*', 3, { do: 'open-siblings' }],
    ['x', 3, { do: 'nothing' }],
    ['Enter', -1, { do: 'nothing' }],
  ])('%s at %d', (key, at, action) => {
    expect(toTreeAction(key, items, at)).toEqual(action);
  });

  test('right of an open branch that is still being read stays where it is', () => {
    expect(toTreeAction('ArrowRight', [{ level: 1, isOpen: true }], 0)).toEqual({ do: 'nothing' });
  });

  test.each([
    [0, [0, 4, 5]],
    [1, [1, 3]],
    [2, [2]],
    [4, [0, 4, 5]],
  ])('the siblings of item %d are %j', (at, siblings) => {
    expect(findSiblings(items, at)).toEqual(siblings);
  });
});
