import fc from 'fast-check';
import { expect, test } from 'vitest';
import { examineDuplicates } from '../../server/features/health-check/duplicates.ts';
import { HealthTree } from '../../server/features/health-check/health-tree.ts';
import { documentOf, treeOf } from './build.ts';

test.each<[name: string, documents: Parameters<typeof documentOf>[], groups: string[][]]>([
  [
    'the same stem in two folders',
    [
      ['a/x.md', {}],
      ['b/x.md', {}],
    ],
    [['a/x.md', 'b/x.md']],
  ],
  [
    'another stem',
    [
      ['a/x.md', {}],
      ['b/y.md', {}],
    ],
    [],
  ],
  [
    'the same type and id under two stems',
    [
      ['s/US0001-a.md', { type: 'story', refId: 'US0001' }],
      ['s/US0001-b.md', { type: 'story', refId: 'US0001' }],
    ],
    [['s/US0001-a.md', 's/US0001-b.md']],
  ],
  [
    'the same id in two types',
    [
      ['s/US0001-a.md', { type: 'story', refId: 'US0001' }],
      ['s/US0001-b.md', { type: 'plan', refId: 'US0001' }],
    ],
    [],
  ],
  [
    'files that a third ties together are one group',
    [
      ['a/US0001-a.md', { type: 'story', refId: 'US0001' }],
      ['b/US0001-a.md', { type: 'story', refId: null }],
      ['c/US0001-b.md', { type: 'story', refId: 'US0001' }],
    ],
    [['a/US0001-a.md', 'b/US0001-a.md', 'c/US0001-b.md']],
  ],
])('[HC2] %s', (_name, documents, groups) => {
  const { faults } = examineDuplicates(treeOf(documents.map((one) => documentOf(...one))));

  expect(faults.map((fault) => fault.documents.map(({ path }) => path))).toEqual(groups);
});

const anyDocument = fc.record({ stem: fc.nat(4), folder: fc.nat(9), id: fc.nat(4), type: fc.nat(1) });

test('[HC2] two files share a group exactly when a chain of shared names leads from one to the other', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(anyDocument, { selector: ({ stem, folder }) => `${folder}/${stem}` }),
      (some) => {
        const documents = some
          .map(({ stem, folder, id, type }) =>
            documentOf(`${folder}/${stem}.md`, { type: `t${type}`, refId: id === 0 ? null : `US000${id}` }),
          )
          .toSorted((one, other) => (one.path < other.path ? -1 : 1));
        const isTied = (one: (typeof documents)[0], other: (typeof documents)[0]) =>
          one.docId === other.docId ||
          (one.type === other.type && one.refId !== null && one.refId === other.refId);

        const { faults, affected, checked } = examineDuplicates(treeOf(documents));

        const reach = (path: string) => {
          const seen = new Set([path]);
          for (const at of seen) {
            const from = documents.find((one) => one.path === at);
            for (const other of documents)
              if (from !== undefined && isTied(from, other)) seen.add(other.path);
          }
          return [...seen].toSorted();
        };
        const expected = documents.map(({ path }) => reach(path)).filter((group) => group.length > 1);
        const groups = faults.map((fault) => fault.documents.map(({ path }) => path));
        expect(groups).toEqual([...new Map(expected.map((group) => [group.join(), group])).values()]);
        expect(affected).toBe(groups.flat().length);
        expect(checked).toBe(documents.length);
      },
    ),
  ));

test('[DC4] the preferred owner of an id is the one that comes first by the given order', () => {
  const tree = new HealthTree((one, other) => Number(one.archived) - Number(other.archived));
  tree.add(documentOf('a/US0001-x.md', { refId: 'US0001', archived: true }));
  tree.add(documentOf('b/US0001-y.md', { refId: 'US0001' }));
  tree.add(documentOf('c/US0001-z.md', { refId: 'US0001' }));

  expect(tree.ownerOf('us-0001')?.path).toBe('b/US0001-y.md');
});
